namespace Cacheme.Benchmarks.Workloads;

/// <summary>Numbers k from 0 to a largest one, each with a probability that is proportional to (v + k) ** -s.</summary>
/// <remarks>
/// Rejection-inversion: W. Hörmann, G. Derflinger, "Rejection-Inversion to Generate Variates from Monotone Discrete
/// Distributions", ACM TOMACS 6(3), 1996. In the form of rand.Zipf of Go's library, which the reference's workload is made with.
/// </remarks>
internal sealed class Zipf
{
    private readonly Random _random;
    private readonly double _s;
    private readonly double _v;
    private readonly double _oneMinusS;
    private readonly double _low;
    private readonly double _width;
    private readonly double _shortcut;

    public Zipf(int seed, double s, double v, long largest)
    {
        _random = new Random(seed);
        _s = s;
        _v = v;
        _oneMinusS = 1 - s;
        _low = Integral(largest + 0.5);
        _width = Integral(0.5) - Math.Exp(-s * Math.Log(v)) - _low;
        _shortcut = 1 - Inverse(Integral(1.5) - Math.Exp(-s * Math.Log(v + 1)));
    }

    public int Next()
    {
        while (true)
        {
            var area = _low + (_random.NextDouble() * _width);
            var x = Inverse(area);
            var k = Math.Floor(x + 0.5);
            if (k - x <= _shortcut || area >= Integral(k + 0.5) - Math.Exp(-_s * Math.Log(k + _v)))
            {
                return (int)k;
            }
        }
    }

    private double Integral(double x) => Math.Exp(_oneMinusS * Math.Log(_v + x)) / _oneMinusS;

    private double Inverse(double area) => Math.Exp(Math.Log(_oneMinusS * area) / _oneMinusS) - _v;
}
