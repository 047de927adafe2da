using System.Globalization;
using Cacheme.Observe.Dashboards;

namespace Cacheme.Observe.Pictures;

/// <summary>A dashboard drawn with what its queries bring, about as Grafana would.</summary>
/// <param name="api">Where it is asked.</param>
/// <param name="from">From when.</param>
/// <param name="to">Until when.</param>
internal sealed class DashboardPicture(PrometheusApi api, DateTimeOffset from, DateTimeOffset to)
{
    private const int Column = 62;
    private const int Row = 34;
    private const int Gap = 8;
    private const int MostLegends = 3; // lines of them under a panel
    private const string Ground = "#111217";
    private const string Paper = "#1b1d24";
    private const string Grid = "#2c2f38";
    private const string Faint = "#9aa0ac";
    private const string Ink = "#e6e8ee";
    private static readonly double[] Ceilings = [1, 1.2, 1.6, 2, 2.4, 3.2, 4, 6, 8, 10];
    private static readonly string[] Colors = ["#5794f2", "#73bf69", "#f2cc0c", "#ff780a", "#b877d9", "#f2495c", "#56c5c5", "#c0a97a"];

    private readonly int _range = (int)(to - from).TotalSeconds;

    /// <summary>Draws it.</summary>
    public async Task<string> DrawAsync(Dashboard dashboard)
    {
        var panels = dashboard.Panels;
        var page = new SvgPage((24 * Column) + Gap, (panels.Max(static panel => panel.Place.Y + panel.Place.Height) * Row) + Gap);
        page.Box(0, 0, (24 * Column) + Gap, 100_000, Ground);
        foreach (var panel in panels)
        {
            var (x, y, width, height) = panel.Place;
            await DrawAsync(page, panel, new Frame((x * Column) + Gap, (y * Row) + Gap, (width * Column) - Gap, (height * Row) - Gap));
        }

        return page.ToString();
    }

    private async Task DrawAsync(SvgPage page, DashboardPanel panel, Frame frame)
    {
        if (panel.Type == "row")
        {
            page.Text(frame.X + 2, frame.Y + 18, panel.Title, Ink, 15, isBold: true);
            return;
        }

        page.Box(frame.X, frame.Y, frame.Width, frame.Height, Paper, radius: 4);
        page.Text(frame.X + 10, frame.Y + 18, panel.Title, Ink, 12, isBold: true);
        var inside = new Frame(frame.X + 10, frame.Y + 28, frame.Width - 20, frame.Height - 36);
        switch (panel.Type)
        {
            case "stat" or "gauge":
                await DrawStatAsync(page, panel, inside);
                break;
            case "table":
                await DrawTableAsync(page, panel, inside);
                break;
            case "heatmap":
                await DrawHeatmapAsync(page, panel, inside);
                break;
            default:
                await DrawLinesAsync(page, panel, inside);
                break;
        }
    }

    private async Task DrawStatAsync(SvgPage page, DashboardPanel panel, Frame frame)
    {
        var found = await api.QueryAsync(Dashboard.Resolve(panel.Queries[0].Expression, _range));
        page.Text(frame.X + (frame.Width / 2), frame.Y + (frame.Height / 2) + 10, found.Count > 0 ? Units.Format(found[0].Last, panel.Unit) : "–", Colors[1], 30, "middle", isBold: true);
    }

    private async Task DrawTableAsync(SvgPage page, DashboardPanel panel, Frame frame)
    {
        var columns = new List<(string Name, string Unit, Dictionary<string, double> Values)>();
        foreach (var query in panel.Queries)
        {
            var found = await api.QueryAsync(Dashboard.Resolve(query.Expression, _range));
            var (name, unit) = panel.Column(query.Reference);
            columns.Add((name, unit, found.ToDictionary(static series => string.Join(' ', series.Labels.Values), static series => series.Last, StringComparer.Ordinal)));
        }

        var rows = columns.SelectMany(static column => column.Values.Keys).Distinct().OrderByDescending(row => columns[0].Values.GetValueOrDefault(row)).ToList();
        var width = frame.Width * 0.74 / columns.Count;
        for (var i = 0; i < columns.Count; i++)
        {
            page.Text(Right(i), frame.Y + 12, columns[i].Name, Faint, 11, "end");
        }

        for (var row = 0; row < rows.Count && (row + 2) * 20 < frame.Height; row++)
        {
            var y = frame.Y + 12 + ((row + 1) * 20);
            page.Line(frame.X, y - 14, frame.X + frame.Width, y - 14, Grid);
            page.Text(frame.X, y, rows[row], Ink);
            for (var i = 0; i < columns.Count; i++)
            {
                page.Text(Right(i), y, columns[i].Values.TryGetValue(rows[row], out var value) ? Units.Format(value, columns[i].Unit) : "–", Ink, 12, "end");
            }
        }

        double Right(int column) => frame.X + (frame.Width * 0.26) + ((column + 1) * width);
    }

    private async Task DrawLinesAsync(SvgPage page, DashboardPanel panel, Frame frame)
    {
        // Those that matter first: there may be more than there is room for names.
        var lines = (await FindAsync(panel)).OrderByDescending(static line => line.Series.Points.Max(static point => double.IsFinite(point.Value) ? point.Value : 0)).ToList();
        var columns = Math.Max(1, (int)(frame.Width / 200));
        var plot = new Frame(frame.X + 52, frame.Y, frame.Width - 52, frame.Height - 36 - (18 * Math.Min(MostLegends - 1, (lines.Count - 1) / columns)));
        var times = lines.SelectMany(static line => line.Series.Points).Select(static point => point.At).Distinct().Order().ToList();
        var floor = times.ToDictionary(static time => time, static _ => 0d);
        var tops = lines.ConvertAll(line => line.Series.Points.ToDictionary(
            static point => point.At,
            point => double.IsFinite(point.Value) ? panel.IsStacked ? floor[point.At] += point.Value : point.Value : double.NaN));
        var most = Ceiling(tops.SelectMany(static top => top.Values).Where(double.IsFinite).DefaultIfEmpty().Max());
        DrawAxes(page, plot, most, panel.Unit);
        var below = times.ToDictionary(static time => time, static _ => 0d);
        for (var i = 0; i < lines.Count; i++)
        {
            var color = Colors[i % Colors.Length];
            var points = tops[i].Where(static point => double.IsFinite(point.Value)).OrderBy(static point => point.Key).ToList();
            if (panel.IsStacked && points.Count > 0)
            {
                page.Area(points.Select(point => At(point.Key, point.Value)), points.ConvertAll(point => At(point.Key, below[point.Key])), color);
                points.ForEach(point => below[point.Key] = point.Value);
            }

            page.Path(points.Select(point => At(point.Key, point.Value)), color);
            var (x, y) = (frame.X + (i % columns * frame.Width / columns), plot.Y + plot.Height + 32 + (i / columns * 18));
            if (i < columns * MostLegends)
            {
                page.Box(x, y - 4, 10, 3, color);
                page.Text(x + 14, y, $"{lines[i].Name}  {Units.Format(lines[i].Series.Last, panel.Unit)}", Faint, 11);
            }
        }

        (double X, double Y) At(double time, double value) => (X(plot, time), plot.Y + plot.Height - (value / most * plot.Height));
    }

    private async Task DrawHeatmapAsync(SvgPage page, DashboardPanel panel, Frame frame)
    {
        var found = await api.QueryRangeAsync(Dashboard.Resolve(panel.Queries[0].Expression, _range), from, to, TimeSpan.FromSeconds(Math.Max(5, _range / 60)));
        var buckets = found.Where(static series => series.Labels.ContainsKey("le")).OrderBy(static series => Limit(series)).ToList();
        var plot = new Frame(frame.X + 52, frame.Y, frame.Width - 52, frame.Height - 20);
        var step = plot.Width / Math.Max(1, _range / Math.Max(5, _range / 60));
        var height = plot.Height / Math.Max(1, buckets.Count);
        var cells = buckets.Select((bucket, i) => bucket.Points.ToDictionary(
            static point => point.At,
            point => Math.Max(0, point.Value - (i > 0 ? buckets[i - 1].Points.FirstOrDefault(other => other.At == point.At).Value : 0)))).ToList();
        var most = Math.Max(cells.SelectMany(static row => row.Values).DefaultIfEmpty(1).Max(), 1e-9);
        for (var i = 0; i < cells.Count; i++)
        {
            var y = plot.Y + plot.Height - ((i + 1) * height);
            if (i % 2 == 0)
            {
                page.Text(plot.X - 6, y + (height / 2) + 4, Units.Format(Limit(buckets[i]), "s"), Faint, 10, "end");
            }

            foreach (var (time, value) in cells[i].Where(static cell => cell.Value > 0))
            {
                page.Box(X(plot, time) - step, y, step, height - 1, "#ff9830", 0.15 + (0.85 * Math.Sqrt(value / most)));
            }
        }

        DrawTimes(page, plot);
        static double Limit(PrometheusSeries series) => series.Labels["le"] == "+Inf" ? double.PositiveInfinity : double.Parse(series.Labels["le"], CultureInfo.InvariantCulture);
    }

    private async Task<List<(string Name, PrometheusSeries Series)>> FindAsync(DashboardPanel panel)
    {
        var lines = new List<(string Name, PrometheusSeries Series)>();
        foreach (var query in panel.Queries)
        {
            var found = await api.QueryRangeAsync(Dashboard.Resolve(query.Expression, _range), from, to, TimeSpan.FromSeconds(Math.Max(1, _range / 120)));
            lines.AddRange(found.Select(series => (query.NameOf(series), series)));
        }

        return lines;
    }

    // The next number whose quarters are short.
    private static double Ceiling(double value)
    {
        if (value <= 0)
        {
            return 1;
        }

        var scale = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return scale * Array.Find(Ceilings, ceiling => scale * ceiling >= value * 0.999);
    }

    private void DrawAxes(SvgPage page, Frame plot, double most, string unit)
    {
        for (var i = 0; i <= 4; i++)
        {
            var y = plot.Y + plot.Height - (i * plot.Height / 4);
            page.Line(plot.X, y, plot.X + plot.Width, y, Grid);
            page.Text(plot.X - 6, y + 4, Units.Format(most * i / 4, unit), Faint, 10, "end");
        }

        DrawTimes(page, plot);
    }

    private void DrawTimes(SvgPage page, Frame plot)
    {
        for (var i = 1; i < 4; i++)
        {
            var time = from.AddSeconds(_range * i / 4d);
            page.Text(plot.X + (i * plot.Width / 4), plot.Y + plot.Height + 14, time.ToString("HH:mm:ss", CultureInfo.InvariantCulture), Faint, 10, "middle");
        }
    }

    private double X(Frame plot, double time) => plot.X + ((time - from.ToUnixTimeSeconds()) / _range * plot.Width);

    private readonly record struct Frame(double X, double Y, double Width, double Height);
}
