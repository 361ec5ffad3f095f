namespace ModelBuild.Kernels;

/// <summary>Decodes the planes of bits of a code-block (T.800 annex D).</summary>
internal ref struct Jp2BlockDecoder
{
    private const int StripeRows = 4;
    private const int BypassedFrom = 10;
    private readonly Span<ushort> _flags;
    private readonly Span<int> _values;
    private readonly int _width;
    private readonly int _height;
    private readonly int _stride;
    private readonly bool _isCausal;
    private readonly ReadOnlySpan<byte> _first;

    /// <summary>A block without bits.</summary>
    /// <param name="values">Zeros; receive twice the values, with a half in place of what was cut off.</param>
    /// <param name="flags">Zeros, those of the block and one more on each side.</param>
    /// <param name="width">The columns.</param>
    /// <param name="height">The rows.</param>
    /// <param name="orientation">The band's orientation.</param>
    /// <param name="isCausal">Whether a stripe does not see the next one.</param>
    internal Jp2BlockDecoder(Span<int> values, Span<ushort> flags, int width, int height, int orientation, bool isCausal)
    {
        (_width, _height, _stride) = (width, height, width + 2);
        _values = values[..(width * height)];
        _flags = flags[..(_stride * (height + 2))];
        _isCausal = isCausal;
        _first = Jp2Contexts.First(orientation);
    }

    /// <summary>Whether a pass is written as it is.</summary>
    internal static bool IsRaw(int pass, Jp2BlockStyle style) => (style & Jp2BlockStyle.Bypass) != 0 && pass >= BypassedFrom && pass % 3 != 0;

    /// <summary>Decodes passes that share their data.</summary>
    /// <param name="data">The data.</param>
    /// <param name="contexts">The states of contexts.</param>
    /// <param name="first">The first pass.</param>
    /// <param name="count">The passes.</param>
    /// <param name="planes">The planes of bits.</param>
    /// <param name="style">How the block is coded.</param>
    internal void Decode(scoped ReadOnlySpan<byte> data, scoped Span<byte> contexts, int first, int count, int planes, Jp2BlockStyle style)
    {
        Jp2Arithmetic coder = new(data, contexts);
        Jp2RawBits raw = new(data);
        for (int pass = first; pass < first + count; pass++)
        {
            int plane = planes - 1 - ((pass + 2) / 3);
            bool isRaw = IsRaw(pass, style);
            switch (pass % 3)
            {
                case 1:
                    FindFirst(ref coder, ref raw, isRaw, plane);
                    break;
                case 2:
                    Refine(ref coder, ref raw, isRaw, plane);
                    break;
                default:
                    CleanUp(ref coder, plane);
                    if ((style & Jp2BlockStyle.Symbols) != 0)
                    {
                        for (int i = 0; i < StripeRows; i++)
                        {
                            coder.Read(Jp2Contexts.Uniform);
                        }
                    }

                    break;
            }

            if ((style & Jp2BlockStyle.Reset) != 0)
            {
                Jp2Contexts.Reset(contexts);
            }
        }
    }

    private readonly void FindFirst(ref Jp2Arithmetic coder, ref Jp2RawBits raw, bool isRaw, int plane)
    {
        for (int top = 0; top < _height; top += StripeRows)
        {
            int bottom = Math.Min(_height, top + StripeRows);
            for (int x = 0; x < _width; x++)
            {
                for (int y = top; y < bottom; y++)
                {
                    int at = At(y, x);
                    int flags = Seen(at, y - top);
                    if ((flags & Jp2Contexts.HasBits) != 0 || (flags & Jp2Contexts.Neighbours) == 0)
                    {
                        continue;
                    }

                    if ((isRaw ? raw.Read() : coder.Read(_first[flags & Jp2Contexts.Neighbours])) != 0)
                    {
                        Begin(at, y, x, plane, isRaw ? raw.Read() : ReadSign(ref coder, flags));
                    }

                    _flags[at] |= Jp2Contexts.IsVisited;
                }
            }
        }
    }

    private readonly void Refine(ref Jp2Arithmetic coder, ref Jp2RawBits raw, bool isRaw, int plane)
    {
        for (int top = 0; top < _height; top += StripeRows)
        {
            int bottom = Math.Min(_height, top + StripeRows);
            for (int x = 0; x < _width; x++)
            {
                for (int y = top; y < bottom; y++)
                {
                    int at = At(y, x);
                    int flags = Seen(at, y - top);
                    if ((flags & (Jp2Contexts.HasBits | Jp2Contexts.IsVisited)) != Jp2Contexts.HasBits)
                    {
                        continue;
                    }

                    int bit = isRaw ? raw.Read() : coder.Read(Jp2Contexts.Refined(flags));
                    ref int value = ref _values[(y * _width) + x];
                    int half = 1 << plane;
                    value += (bit != 0) == (value > 0) ? half : -half;
                    _flags[at] |= Jp2Contexts.IsRefined;
                }
            }
        }
    }

    private readonly void CleanUp(ref Jp2Arithmetic coder, int plane)
    {
        for (int top = 0; top < _height; top += StripeRows)
        {
            int bottom = Math.Min(_height, top + StripeRows);
            for (int x = 0; x < _width; x++)
            {
                int y = top;
                bool isFound = false;
                if (bottom - top == StripeRows && IsQuiet(top, x))
                {
                    if (coder.Read(Jp2Contexts.Run) == 0)
                    {
                        continue;
                    }

                    y += (coder.Read(Jp2Contexts.Uniform) << 1) | coder.Read(Jp2Contexts.Uniform);
                    isFound = true;
                }

                for (; y < bottom; y++)
                {
                    int at = At(y, x);
                    int flags = Seen(at, y - top);
                    if ((flags & (Jp2Contexts.HasBits | Jp2Contexts.IsVisited)) == 0 && (isFound || coder.Read(_first[flags & Jp2Contexts.Neighbours]) != 0))
                    {
                        Begin(at, y, x, plane, ReadSign(ref coder, flags));
                    }

                    isFound = false;
                    _flags[at] &= unchecked((ushort)~Jp2Contexts.IsVisited);
                }
            }
        }
    }

    /// <summary>Whether nothing is known of four coefficients of a column and of their neighbours.</summary>
    private readonly bool IsQuiet(int top, int x)
    {
        int all = 0;
        for (int i = 0; i < StripeRows; i++)
        {
            all |= Seen(At(top + i, x), i);
        }

        return (all & (Jp2Contexts.HasBits | Jp2Contexts.IsVisited | Jp2Contexts.Neighbours)) == 0;
    }

    private static int ReadSign(ref Jp2Arithmetic coder, int flags)
    {
        int sign = Jp2Contexts.Sign(flags);
        return coder.Read(sign >> 1) ^ (sign & 1);
    }

    private readonly void Begin(int at, int y, int x, int plane, int sign)
    {
        int value = 3 << plane;
        _values[(y * _width) + x] = sign != 0 ? -value : value;
        Span<ushort> above = _flags.Slice(at - _stride - 1, 3);
        Span<ushort> own = _flags.Slice(at - 1, 3);
        Span<ushort> below = _flags.Slice(at + _stride - 1, 3);
        int signed = sign != 0 ? 1 | (1 << Jp2Contexts.SignShift) : 1;
        above[0] |= Jp2Contexts.SouthEast;
        above[1] |= (ushort)(Jp2Contexts.South * signed);
        above[2] |= Jp2Contexts.SouthWest;
        own[0] |= (ushort)(Jp2Contexts.East * signed);
        own[1] |= Jp2Contexts.HasBits;
        own[2] |= (ushort)(Jp2Contexts.West * signed);
        below[0] |= Jp2Contexts.NorthEast;
        below[1] |= (ushort)(Jp2Contexts.North * signed);
        below[2] |= Jp2Contexts.NorthWest;
    }

    private readonly int At(int y, int x) => ((y + 1) * _stride) + x + 1;

    private readonly int Seen(int at, int rowOfStripe) => _isCausal && rowOfStripe == StripeRows - 1 ? _flags[at] & ~Jp2Contexts.Below : _flags[at];
}
