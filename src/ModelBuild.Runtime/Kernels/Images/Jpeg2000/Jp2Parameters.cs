namespace ModelBuild.Kernels;

/// <summary>What the header of a codestream tells, or that of a tile: how its components are coded and how its packets follow one another.</summary>
internal sealed class Jp2Parameters
{
    private const int Cod = 0xFF52;
    private const int Coc = 0xFF53;
    private const int Rgn = 0xFF5E;
    private const int Qcd = 0xFF5C;
    private const int Qcc = 0xFF5D;
    private const int Poc = 0xFF5F;
    private const int Ppm = 0xFF60;
    private const int Ppt = 0xFF61;
    private const int Cap = 0xFF50;
    private const int MaxProgressions = 32;
    private const int HasPrecincts = 1;
    private const int MayHaveSop = 2;
    private const int HasEph = 4;
    private readonly Jp2Coding?[] _codings;
    private readonly Jp2Quantization?[] _quantizations;
    private readonly bool[] _hasOwnCoding;
    private readonly bool[] _hasOwnQuantization;
    private readonly List<Jp2Progression> _progressions = [];
    private Jp2Order _order;
    private int _layers;
    private bool _hasOwnProgressions;

    /// <summary>Nothing told yet.</summary>
    internal Jp2Parameters(int components)
    {
        _codings = new Jp2Coding?[components];
        _quantizations = new Jp2Quantization?[components];
        _hasOwnCoding = new bool[components];
        _hasOwnQuantization = new bool[components];
        Shifts = new int[components];
    }

    /// <summary>What the header of the codestream told, before that of a tile tells more.</summary>
    internal Jp2Parameters(Jp2Parameters main)
        : this(main._codings.Length)
    {
        main._codings.CopyTo(_codings, 0);
        main._quantizations.CopyTo(_quantizations, 0);
        main.Shifts.CopyTo(Shifts, 0);
        _progressions.AddRange(main._progressions);
        (_order, _layers, IsMixed, MayStartPackets, EndsHeaders) = (main._order, main._layers, main.IsMixed, main.MayStartPackets, main.EndsHeaders);
    }

    /// <summary>The bits by which the coefficients of a region of interest are shifted, for each component.</summary>
    internal int[] Shifts { get; }

    /// <summary>Whether the first three components are mixed.</summary>
    internal bool IsMixed { get; private set; }

    /// <summary>Whether a marker may stand before packets.</summary>
    internal bool MayStartPackets { get; private set; }

    /// <summary>Whether a marker stands behind the headers of packets.</summary>
    internal bool EndsHeaders { get; private set; }

    /// <summary>The packets in the order in which they follow one another.</summary>
    internal IReadOnlyList<Jp2Progression> Progressions =>
        _progressions.Count > 0 ? _progressions : [new Jp2Progression(_order, _layers, 0, int.MaxValue, 0, _codings.Length)];

    /// <summary>How a component is coded.</summary>
    internal Jp2Coding CodingOf(int component) => _codings[component] ?? throw Jp2Errors.Damaged("it does not tell how it is coded");

    /// <summary>How a component is quantised.</summary>
    internal Jp2Quantization QuantizationOf(int component) => _quantizations[component] ?? throw Jp2Errors.Damaged("it does not tell how it is quantised");

    /// <summary>Reads a marker's segment.</summary>
    /// <param name="marker">The marker.</param>
    /// <param name="segment">What follows the length.</param>
    internal void Read(int marker, ReadOnlySpan<byte> segment)
    {
        Jp2Bytes bytes = new(segment);
        switch (marker)
        {
            case Cod:
                int style = bytes.ReadByte();
                _order = Jp2Progression.OrderOf(bytes.ReadByte());
                _layers = bytes.ReadUInt16();
                if (_layers == 0)
                {
                    throw Jp2Errors.Damaged("it has no layer");
                }

                IsMixed = bytes.ReadByte() != 0;
                (MayStartPackets, EndsHeaders) = ((style & MayHaveSop) != 0, (style & HasEph) != 0);
                SetAll(_codings, _hasOwnCoding, Jp2Coding.Read(ref bytes, (style & HasPrecincts) != 0));
                break;
            case Coc:
                int coded = ReadComponent(ref bytes);
                _codings[coded] = Jp2Coding.Read(ref bytes, (bytes.ReadByte() & HasPrecincts) != 0);
                _hasOwnCoding[coded] = true;
                break;
            case Qcd:
                SetAll(_quantizations, _hasOwnQuantization, Jp2Quantization.Read(ref bytes));
                break;
            case Qcc:
                int quantized = ReadComponent(ref bytes);
                _quantizations[quantized] = Jp2Quantization.Read(ref bytes);
                _hasOwnQuantization[quantized] = true;
                break;
            case Rgn:
                int shifted = ReadComponent(ref bytes);
                Shifts[shifted] = bytes.ReadByte() == 0 ? bytes.ReadByte() : throw Jp2Errors.Unsupported("a region of interest of another kind");
                break;
            case Poc:
                ReadProgressions(ref bytes);
                break;
            case Ppm or Ppt:
                throw Jp2Errors.Unsupported("packet headers apart from packets");
            case Cap:
                throw Jp2Errors.Unsupported("another coder (HTJ2K)");
            default:
                break;
        }
    }

    private static void SetAll<T>(T?[] values, bool[] hasOwn, T value)
        where T : class
    {
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = hasOwn[i] ? values[i] : value;
        }
    }

    private int ReadComponent(ref Jp2Bytes bytes)
    {
        int component = bytes.ReadByte();
        return component < _codings.Length ? component : throw Jp2Errors.Damaged($"it tells of component {component}");
    }

    private void ReadProgressions(ref Jp2Bytes bytes)
    {
        if (!_hasOwnProgressions)
        {
            _progressions.Clear();
            _hasOwnProgressions = true;
        }

        while (bytes.Left > 0)
        {
            (int firstResolution, int firstComponent) = (bytes.ReadByte(), bytes.ReadByte());
            (int layers, int endResolution, int endComponent) = (bytes.ReadUInt16(), bytes.ReadByte(), bytes.ReadByte());
            Jp2Order order = Jp2Progression.OrderOf(bytes.ReadByte());
            if (_progressions.Count == MaxProgressions)
            {
                throw Jp2Errors.Unsupported($"more than {MaxProgressions} orders of packets");
            }

            _progressions.Add(new Jp2Progression(order, layers, firstResolution, endResolution, firstComponent, endComponent == 0 ? _codings.Length : Math.Min(endComponent, _codings.Length)));
        }
    }
}
