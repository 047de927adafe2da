using System.Globalization;
using System.Net;
using System.Text;

namespace Cacheme.Observe.Pictures;

/// <summary>A drawing, as SVG.</summary>
internal sealed class SvgPage(int width, int height)
{
    private readonly StringBuilder _body = new();

    public void Box(double x, double y, double w, double h, string fill, double opacity = 1, double radius = 0) =>
        Add($"""<rect x="{x:0.#}" y="{y:0.#}" width="{w:0.#}" height="{h:0.#}" rx="{radius:0.#}" fill="{fill}" fill-opacity="{opacity:0.##}"/>""");

    public void Line(double x1, double y1, double x2, double y2, string color) =>
        Add($"""<line x1="{x1:0.#}" y1="{y1:0.#}" x2="{x2:0.#}" y2="{y2:0.#}" stroke="{color}"/>""");

    public void Text(double x, double y, string text, string color, int size = 12, string anchor = "start", bool isBold = false) =>
        Add($"""<text x="{x:0.#}" y="{y:0.#}" fill="{color}" font-size="{size}" text-anchor="{anchor}"{(isBold ? " font-weight=\"600\"" : "")}>{WebUtility.HtmlEncode(text)}</text>""");

    public void Path(IEnumerable<(double X, double Y)> points, string color)
    {
        var path = Points(points);
        if (path.Length > 0)
        {
            Add($"""<path d="M{path}" fill="none" stroke="{color}" stroke-width="1.6" stroke-linejoin="round"/>""");
        }
    }

    public void Area(IEnumerable<(double X, double Y)> upper, IEnumerable<(double X, double Y)> lower, string color) =>
        Add($"""<path d="M{Points(upper.Concat(lower.Reverse()))}Z" fill="{color}" fill-opacity="0.55"/>""");

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="Inter, 'Segoe UI', 'DejaVu Sans', sans-serif">
        {_body}</svg>

        """);

    private static string Points(IEnumerable<(double X, double Y)> points) =>
        string.Join('L', points.Select(static point => string.Create(CultureInfo.InvariantCulture, $"{point.X:0.#} {point.Y:0.#}")));

    private void Add(FormattableString element) => _body.Append(element.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
