using System.Globalization;

namespace Digits.Drawing;

/// <summary>
/// Pen strokes in the notation of SVG path data, reduced to absolute <c>M</c> (pen down), <c>L</c> (line) and <c>C</c> (cubic curve).
/// </summary>
internal sealed class StrokePath
{
    private const int SegmentsPerCurve = 8;

    private readonly char[] _commands;
    private readonly Point[] _points;

    private StrokePath(char[] commands, Point[] points)
    {
        _commands = commands;
        _points = points;
    }

    /// <summary>The number of end and control points.</summary>
    public int PointCount => _points.Length;

    /// <summary>Reads path data such as <c>"M50 12 L50 88"</c>.</summary>
    /// <exception cref="FormatException">A command is unknown or lacks coordinates.</exception>
    public static StrokePath Parse(string pathData)
    {
        List<char> commands = [];
        List<Point> points = [];
        int at = 0;
        while (at < pathData.Length)
        {
            char command = pathData[at++];
            if (command == ' ')
            {
                continue;
            }

            int count = command switch
            {
                'M' or 'L' => 1,
                'C' => 3,
                _ => throw new FormatException($"Unknown path command '{command}' in \"{pathData}\"."),
            };
            commands.Add(command);
            for (int i = 0; i < count; i++)
            {
                double x = ReadNumber(pathData, ref at);
                points.Add(new Point(x, ReadNumber(pathData, ref at)));
            }
        }

        return new StrokePath([.. commands], [.. points]);
    }

    /// <summary>Moves every end and control point by its own offset, then cuts curves into line segments.</summary>
    /// <param name="offsets">One offset per point, <see cref="PointCount"/> in all.</param>
    /// <returns>One polyline per pen stroke.</returns>
    public List<List<Point>> Flatten(ReadOnlySpan<Point> offsets)
    {
        List<List<Point>> strokes = [];
        List<Point> stroke = [];
        int next = 0;
        foreach (char command in _commands)
        {
            if (command == 'M')
            {
                stroke = [Moved(next++, offsets)];
                strokes.Add(stroke);
            }
            else if (command == 'L')
            {
                AppendLine(stroke, Moved(next++, offsets));
            }
            else
            {
                AppendCurve(stroke, Moved(next, offsets), Moved(next + 1, offsets), Moved(next + 2, offsets));
                next += 3;
            }
        }

        return strokes;
    }

    private static void AppendLine(List<Point> stroke, Point end)
    {
        // Halves, so that a later warp can bend a straight line.
        Point start = stroke[^1];
        stroke.Add(new Point(0.5 * (start.X + end.X), 0.5 * (start.Y + end.Y)));
        stroke.Add(end);
    }

    private static void AppendCurve(List<Point> stroke, Point first, Point second, Point end)
    {
        Point start = stroke[^1];
        for (int i = 1; i <= SegmentsPerCurve; i++)
        {
            double t = i / (double)SegmentsPerCurve;
            double u = 1 - t;
            double a = u * u * u;
            double b = 3 * u * u * t;
            double c = 3 * u * t * t;
            double d = t * t * t;
            stroke.Add(new Point(
                (a * start.X) + (b * first.X) + (c * second.X) + (d * end.X),
                (a * start.Y) + (b * first.Y) + (c * second.Y) + (d * end.Y)));
        }
    }

    private static double ReadNumber(string pathData, ref int at)
    {
        while (at < pathData.Length && pathData[at] == ' ')
        {
            at++;
        }

        int start = at;
        while (at < pathData.Length && (char.IsAsciiDigit(pathData[at]) || pathData[at] is '.' or '-'))
        {
            at++;
        }

        return double.Parse(pathData.AsSpan(start, at - start), CultureInfo.InvariantCulture);
    }

    private Point Moved(int index, ReadOnlySpan<Point> offsets) =>
        new(_points[index].X + offsets[index].X, _points[index].Y + offsets[index].Y);
}
