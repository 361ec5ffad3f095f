using ModelBuild.Kernels;

namespace ModelBuild.Benchmarks.Kernels;

/// <summary>One product with weights of the same number of zeros, left out in every way.</summary>
internal sealed class SparseSides : IDisposable
{
    private const double TwoOfFourZeros = 0.5;

    private readonly Product _shape;
    private readonly Aligned<float> _x;
    private readonly Aligned<float> _y;
    private readonly List<IDisposable> _operands = [];

    /// <summary>Packs weights.</summary>
    public SparseSides(Product shape, double zeros, Aligned<float> x, Aligned<float> y)
    {
        _shape = shape;
        _x = x;
        _y = y;
        All = [Blocks(Zeroed(zeros, SparsePacking.Width)), zeros == TwoOfFourZeros ? TwoOfFour() : null, Unstructured(Zeroed(zeros, 1))];
    }

    /// <summary>The products: blocks, 2:4 (null where another part than half is zero), unstructured.</summary>
    public Action?[] All { get; }

    /// <inheritdoc/>
    public void Dispose() => _operands.ForEach(o => o.Dispose());

    // Weights of which runs of the given length are zero.
    private float[] Zeroed(double zeros, int run)
    {
        float[] w = Drawn.Floats(_shape.Columns * _shape.Depth);
        Random random = new(run);
        for (int start = 0; start < w.Length; start += run)
        {
            if (random.NextDouble() < zeros)
            {
                w.AsSpan(start, run).Clear();
            }
        }

        return w;
    }

    private Action Blocks(float[] w)
    {
        (_, int n, int k) = _shape;
        int count = SparsePacking.Count(w, n, k);
        Aligned<float> values = Elements<float>(count * SparsePacking.Width);
        Aligned<int> rows = Elements<int>(count);
        Aligned<int> ends = Elements<int>(SparsePacking.Panels(n));
        SparsePacking.Pack(w, values.Span, rows.Span, ends.Span, n, k);
        return () => SparseGemm.F32(_x.Span, values.Span, rows.Span, ends.Span, default, default, _y.Span, _shape.Rows, n, k, Activation.Relu, 0, 0);
    }

    private Action TwoOfFour()
    {
        (int m, int n, int k) = _shape;
        float[] w = Drawn.Floats(n * k);
        for (int i = 0; i < w.Length; i++)
        {
            int row = i / n;
            w[i] = ((row + i) & 3) < 2 ? w[i] : 0;
        }

        int vectors = TwoOfFourPacking.Vectors(n, k);
        Aligned<float> values = Elements<float>(vectors * TwoOfFourPacking.Width);
        Aligned<uint> places = Elements<uint>(vectors);
        TwoOfFourPacking.Pack(w, values.Span, places.Span, n, k);
        return () => TwoOfFourGemm.F32(_x.Span, values.Span, places.Span, default, default, _y.Span, m, n, k, Activation.Relu, 0, 0);
    }

    private Action Unstructured(float[] w)
    {
        (int m, int n, int k) = _shape;
        (int weights, int used) = UnstructuredPacking.Count(w, n, k);
        Aligned<float> values = Elements<float>(weights);
        Aligned<byte> rows = Elements<byte>(weights);
        Aligned<int> columns = Elements<int>(used);
        Aligned<int> ends = Elements<int>(2 * UnstructuredPacking.Chunks(k));
        UnstructuredPacking.Pack(w, values.Span, rows.Span, columns.Span, ends.Span, n, k);
        Aligned<float> scratch = Elements<float>(UnstructuredGemm.ScratchLength(m, n));
        return () => UnstructuredGemm.F32(_x.Span, values.Span, rows.Span, columns.Span, ends.Span, default, default, _y.Span, scratch.Span, m, n, k, Activation.Relu, 0, 0);
    }

    private Aligned<T> Elements<T>(int length)
        where T : unmanaged
    {
        Aligned<T> elements = new(length);
        _operands.Add(elements);
        return elements;
    }
}
