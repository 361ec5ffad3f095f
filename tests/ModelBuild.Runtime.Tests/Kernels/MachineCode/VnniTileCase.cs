using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Kernels.Quantized;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.MachineCode;

/// <summary>Drawn operands of a tile routine in memory that ends where they end, and what the routine has to make of them.</summary>
internal sealed unsafe class VnniTileCase
{
    private const int Gap = 3;
    private const int Zero = 97;
    private const int Low = 5;
    private const int High = 240;
    private readonly int _rows;
    private readonly int _panels;
    private readonly int _quads;
    private readonly int _inner;
    private readonly int _outer;
    private readonly int _tiles;
    private readonly int _lines;
    private readonly int _groups;
    private readonly int _xStep;
    private readonly int _columns;
    private readonly byte[] _x;
    private readonly sbyte[] _w;
    private readonly int[] _init;
    private readonly float[] _scales;

    public VnniTileCase(int rows, int panels, int quads, int inner, int outer, int tiles, int lines, int groups)
    {
        (_rows, _panels, _quads, _inner, _outer, _tiles, _lines, _groups) = (rows, panels, quads, inner, outer, tiles, lines, groups);
        var random = new Random((rows * 1000) + (panels * 100) + quads);
        _columns = (16 * panels) - (groups > 1 ? 0 : random.Next(16));
        _xStep = 1 + random.Next(40);
        _x = new byte[((lines - 1) * LineStep) + (((rows * tiles) - 1) * _xStep) + ((outer - 1) * OuterStride) + ((inner - 1) * InnerStride) + (4 * quads)];
        _w = new sbyte[PanelBytes * panels * groups];
        random.NextBytes(_x);
        random.NextBytes(System.Runtime.InteropServices.MemoryMarshal.AsBytes(_w.AsSpan()));
        _init = [.. Enumerable.Range(0, 16 * panels * groups).Select(_ => random.Next(-5000, 5000))];
        _scales = [.. Enumerable.Range(0, 16 * panels * groups).Select(_ => random.NextSingle() / 300f)];
    }

    private int LineStep => (_rows * _tiles * _xStep) + 2;

    private int InnerStride => (4 * _quads) + Gap;

    private int OuterStride => (_inner * InnerStride) + 1;

    private int PanelBytes => _inner * _outer * _quads * 64;

    public void Check(VnniTileHarness routine, VnniTileResult result)
    {
        bool isBytes = result is not (VnniTileResult.Integers or VnniTileResult.Floats);
        bool isBounded = result == VnniTileResult.Bytes;
        int lineRows = _rows * _tiles;
        int ofGroup = result == VnniTileResult.AdjoiningBytes ? 16 * _panels : _columns;
        int groups = result == VnniTileResult.AdjoiningBytes ? 1 : _groups;
        int columns = ofGroup * groups;
        int yStep = columns * (isBytes ? 1 : 4);
        float[] bias = [.. _scales.Select(v => (40f * v) - 0.1f)];
        using GuardedMemory<byte> x = new(_x);
        using GuardedMemory<sbyte> w = new(_w);
        using GuardedMemory<int> init = new(_init);
        using GuardedMemory<float> scales = new(_scales);
        using GuardedMemory<float> floatBias = new(bias);

        // One row is left out between lines.
        using GuardedMemory<byte> y = new(((_lines * (lineRows + 1)) - 1) * yStep);
        fixed (byte* xData = x.Span)
        fixed (sbyte* wData = w.Span)
        fixed (int* initData = init.Span)
        fixed (float* scalesData = scales.Span)
        fixed (float* biasData = floatBias.Span)
        fixed (byte* yData = y.Span)
        {
            VnniTileArguments arguments = new()
            {
                X = xData,
                XStep = _xStep,
                XTile = _rows * _xStep,
                XLine = LineStep - (lineRows * _xStep),
                W = wData,
                PanelBytes = PanelBytes,
                Init = initData,
                Y = yData,
                YStep = yStep,
                YLine = yStep,
                Tiles = _tiles,
                Lines = _lines,
                Quads = _quads,
                InnerCount = _inner,
                OuterCount = _outer,
                InnerSkip = InnerStride - (4 * _quads),
                OuterSkip = OuterStride - (_inner * InnerStride),
                Scales = scalesData,
                FloatBias = biasData,
                High = High - Zero,
                Groups = groups,
                XGroup = -_lines * LineStep,
                YGroup = (ofGroup * (isBytes ? 1 : 4)) - (_lines * (lineRows + 1) * yStep),
                FloatBiasGroup = ofGroup * sizeof(float),
                Mask = ulong.MaxValue >> (64 - (isBytes ? ofGroup : ofGroup - (16 * (_panels - 1)))),
            };
            new Span<short>(arguments.Zero, 32).Fill(Zero);
            new Span<byte>(arguments.Low, 64).Fill(Low);
            for (int i = 0; i < 16; i++)
            {
                arguments.Order[i] = (4 * (i % 4)) + (i / 4);
            }

            routine.Call(&arguments);
            Assert.Equal(0, arguments.Groups);
        }

        for (int row = 0; row < lineRows * _lines; row++)
        {
            Span<byte> stored = y.Span.Slice((row + (row / lineRows)) * yStep, yStep);
            for (int column = 0; column < columns; column++)
            {
                int sum = Sum(row / lineRows, row % lineRows, column);
                switch (result)
                {
                    case VnniTileResult.Bytes or VnniTileResult.WholeBytes or VnniTileResult.AdjoiningBytes:
                        Assert.Equal(QuantizedReference.ToU8(sum, _scales[column], Zero, isBounded ? Low : 0, isBounded ? High : 255), stored[column]);
                        break;
                    case VnniTileResult.Floats:
                        float product = sum * _scales[column];
                        Assert.Equal(product + bias[column], BitConverter.ToSingle(stored.Slice(4 * column, 4)));
                        break;
                    default:
                        Assert.Equal(sum, BitConverter.ToInt32(stored.Slice(4 * column, 4)));
                        break;
                }
            }
        }
    }

    private int Sum(int line, int row, int column)
    {
        int sum = _init[column];
        int w = (column / 16 * PanelBytes) + (column % 16 * 4);
        for (int outer = 0; outer < _outer; outer++)
        {
            for (int inner = 0; inner < _inner; inner++)
            {
                int x = (line * LineStep) + (row * _xStep) + (outer * OuterStride) + (inner * InnerStride);
                for (int i = 0; i < 4 * _quads; i++)
                {
                    sum += _x[x + i] * _w[w + (i / 4 * 64) + (i % 4)];
                }

                w += 64 * _quads;
            }
        }

        return sum;
    }
}
