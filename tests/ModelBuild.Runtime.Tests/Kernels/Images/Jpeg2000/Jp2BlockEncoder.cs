using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Images.Jpeg2000;

/// <summary>Codes the planes of bits of a code-block (T.800 annex D), neighbour by neighbour.</summary>
internal sealed class Jp2BlockEncoder
{
    private readonly int[] _values;
    private readonly int _width;
    private readonly int _height;
    private readonly int _orientation;
    private readonly Jp2BlockStyle _style;
    private readonly bool[] _hasBits;
    private readonly bool[] _isRefined;
    private readonly bool[] _isVisited;
    private readonly byte[] _contexts = new byte[Jp2Arithmetic.Contexts];
    private Jp2ArithmeticWriter? _coder;
    private Jp2BitWriter? _raw;

    public Jp2BlockEncoder(int[] values, int width, int orientation, Jp2BlockStyle style)
    {
        (_values, _width, _height, _orientation, _style) = (values, width, values.Length / width, orientation, style);
        _hasBits = new bool[values.Length];
        _isRefined = new bool[values.Length];
        _isVisited = new bool[values.Length];
        Planes = int.Log2(values.Max(Math.Abs) * 2 | 1);
    }

    public int Planes { get; }

    /// <summary>The codeword segments: how many passes each has, and its bytes.</summary>
    public List<(int Passes, byte[] Data)> Encode()
    {
        List<(int Passes, byte[] Data)> segments = [];
        Jp2Contexts.Reset(_contexts);
        int passes = (3 * Planes) - 2;
        int first = 0;
        for (int pass = 0; pass < passes; pass++)
        {
            if (_coder is null && _raw is null)
            {
                bool isRaw = Jp2BlockDecoder.IsRaw(pass, _style);
                _coder = isRaw ? null : new Jp2ArithmeticWriter(_contexts);
                _raw = isRaw ? new Jp2BitWriter() : null;
                first = pass;
            }

            WritePass(pass % 3, Planes - 1 - ((pass + 2) / 3));
            bool isLast = pass == passes - 1 || _style.HasFlag(Jp2BlockStyle.Terminate) || (_style.HasFlag(Jp2BlockStyle.Bypass) && pass >= 9 && pass % 3 != 1);
            if (isLast)
            {
                segments.Add((pass + 1 - first, _coder?.Finish() ?? _raw!.ToArray()));
                (_coder, _raw) = (null, null);
            }

            if (_style.HasFlag(Jp2BlockStyle.Reset))
            {
                Jp2Contexts.Reset(_contexts);
            }
        }

        return segments;
    }

    private void WritePass(int kind, int plane)
    {
        for (int top = 0; top < _height; top += 4)
        {
            for (int x = 0; x < _width; x++)
            {
                int y = top;
                bool isFound = false;
                if (kind == 0 && top + 4 <= _height && Enumerable.Range(top, 4).All(r => IsQuiet(r, x)))
                {
                    int run = 0;
                    while (run < 4 && Bit(((top + run) * _width) + x, plane) == 0)
                    {
                        run++;
                    }

                    Write(Jp2Contexts.Run, run < 4 ? 1 : 0);
                    if (run == 4)
                    {
                        continue;
                    }

                    Write(Jp2Contexts.Uniform, run >> 1);
                    Write(Jp2Contexts.Uniform, run & 1);
                    y += run;
                    isFound = true;
                }

                for (; y < Math.Min(_height, top + 4); y++)
                {
                    WriteOne(kind, plane, y, x, isFound);
                    isFound = false;
                }
            }
        }

        if (kind == 0)
        {
            Array.Clear(_isVisited);
            for (int i = 3; _style.HasFlag(Jp2BlockStyle.Symbols) && i >= 0; i--)
            {
                Write(Jp2Contexts.Uniform, (10 >> i) & 1);
            }
        }
    }

    private void WriteOne(int kind, int plane, int y, int x, bool isFound)
    {
        int at = (y * _width) + x;
        int flags = Flags(y, x);
        if (kind == 2)
        {
            if (_hasBits[at] && !_isVisited[at])
            {
                Write(Jp2Contexts.Refined(flags), Bit(at, plane));
                _isRefined[at] = true;
            }

            return;
        }

        if (_hasBits[at] || _isVisited[at] || (kind == 1 && (flags & Jp2Contexts.Neighbours) == 0))
        {
            return;
        }

        _isVisited[at] = kind == 1;
        if (!isFound)
        {
            Write(Jp2Contexts.First(_orientation)[flags & Jp2Contexts.Neighbours], Bit(at, plane));
        }

        if (Bit(at, plane) != 0)
        {
            int sign = Jp2Contexts.Sign(flags);
            int own = _values[at] < 0 ? 1 : 0;
            Write(sign >> 1, _raw is null ? own ^ (sign & 1) : own);
            _hasBits[at] = true;
        }
    }

    private void Write(int context, int symbol)
    {
        _coder?.Write(context, symbol);
        _raw?.Write(symbol, 1);
    }

    private int Bit(int at, int plane) => (Math.Abs(_values[at]) >> plane) & 1;

    private bool IsQuiet(int y, int x) => !_hasBits[(y * _width) + x] && !_isVisited[(y * _width) + x] && (Flags(y, x) & Jp2Contexts.Neighbours) == 0;

    private int Flags(int y, int x)
    {
        int flags = _isRefined[(y * _width) + x] ? Jp2Contexts.IsRefined : 0;
        foreach ((int dy, int dx, int flag) in new[]
        {
            (-1, 1, Jp2Contexts.NorthEast), (1, 1, Jp2Contexts.SouthEast), (1, -1, Jp2Contexts.SouthWest), (-1, -1, Jp2Contexts.NorthWest),
            (-1, 0, Jp2Contexts.North), (0, 1, Jp2Contexts.East), (1, 0, Jp2Contexts.South), (0, -1, Jp2Contexts.West),
        })
        {
            (int ny, int nx) = (y + dy, x + dx);
            bool isHidden = dy > 0 && y % 4 == 3 && _style.HasFlag(Jp2BlockStyle.Causal);
            if (!isHidden && ny >= 0 && ny < _height && nx >= 0 && nx < _width && _hasBits[(ny * _width) + nx])
            {
                bool isNegative = (dx == 0 || dy == 0) && _values[(ny * _width) + nx] < 0;
                flags |= isNegative ? flag | (flag << Jp2Contexts.SignShift) : flag;
            }
        }

        return flags;
    }
}
