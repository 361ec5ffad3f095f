using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;
using Packing = ModelBuild.Kernels.Recurrent;

namespace ModelBuild.Compiler.Ops.Recurrent;

/// <summary>
/// The part of lowering that recurrent operators share: the projection of the whole input in all directions as one product, and the packed weights of the
/// recurrence. Constants are packed at build time; computed weights cost a packing step in every call.
/// </summary>
internal sealed class RecurrentLowering
{
    private readonly ILoweringContext _context;
    private readonly int _gates;
    private readonly int _separate;
    private readonly int _separateBias;

    /// <summary>Reads sizes.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The element type has no kernel, or a size is 0.</exception>
    public RecurrentLowering(ILoweringContext context, RecurrentAttributes attributes, int gates, int separate, int separateBias)
    {
        Node node = context.Node;
        ElementTypes.RequireF32Kernel(node, node.Input(0).Type.DType);
        long[] x = context.InputDims(0);
        _context = context;
        _gates = gates;
        _separate = separate;
        _separateBias = separateBias;
        Attributes = attributes;
        Steps = checked((int)x[attributes.BatchFirst ? 1 : 0]);
        Batch = checked((int)x[attributes.BatchFirst ? 0 : 1]);
        Width = checked((int)x[2]);
        Hidden = checked((int)context.InputDims(2)[2]);
        if (Steps == 0 || Batch == 0 || Width == 0 || Hidden == 0)
        {
            throw NodeErrors.Shape(node, $"a sequence, batch or state of size 0 cannot be compiled; the input is {node.Input(0).Type}.");
        }

        Gates = context.Scratch(DType.F32, checked((long)Steps * Batch * attributes.Directions * gates * Hidden))!;
    }

    /// <summary>What the attributes say.</summary>
    public RecurrentAttributes Attributes { get; }

    /// <summary>Length of the sequences.</summary>
    public int Steps { get; }

    /// <summary>Number of sequences.</summary>
    public int Batch { get; }

    /// <summary>Size of an input.</summary>
    public int Width { get; }

    /// <summary>Size of the state.</summary>
    public int Hidden { get; }

    /// <summary>The projected inputs, which the kernels overwrite.</summary>
    public Operand Gates { get; }

    /// <summary>What a gate's own product adds, or null.</summary>
    public Operand? RecurrenceBias { get; private set; }

    /// <summary>Multiply-accumulates of the recurrence of one direction.</summary>
    public long Macs => (long)Steps * Batch * _gates * Hidden * Hidden;

    /// <summary>The product of all steps' inputs with the weights of all gates in all directions.</summary>
    public void Project()
    {
        int n = checked(Attributes.Directions * _gates * Hidden);
        int m = checked(Steps * Batch);
        Operand w;
        if (_context.Constant(1) is { } constant)
        {
            Tensor packed = new(DType.F32, [GemmPacking.PackedLength(n, Width)]);
            GemmPacking.Pack(constant.Span<float>(), packed.MutableSpan<float>(), n, Width, transposed: true);
            w = _context.Weights(packed);
        }
        else
        {
            w = _context.Scratch(DType.F32, GemmPacking.PackedLength(n, Width))!;
            _context.Call("GemmPacking.Pack", 0, ("b", _context.Input(1)), ("packed", w), ("n", n), ("k", Width), ("transposed", true));
        }

        _context.Call(
            "Gemm.F32", (long)m * n * Width, ("x", _context.Input(0)), ("w", w), ("bias", Bias(n)), ("residual", (Operand?)null), ("y", Gates),
            ("m", m), ("n", n), ("k", Width), ("activation", Activation.None), ("alpha", 0f), ("beta", 0f), ("isFinite", _context.Constant(1)?.IsFinite() ?? false));
    }

    /// <summary>The packed recurrence weights of a direction.</summary>
    public Operand Recurrence(int direction)
    {
        int length = Packing.PackedLength(Hidden, _gates, _separate);
        if (_context.Constant(2) is { } constant)
        {
            Tensor packed = new(DType.F32, [length]);
            Packing.Pack(constant.Span<float>(), packed.MutableSpan<float>(), direction, Hidden, _gates, _separate);
            return _context.Weights(packed);
        }

        Operand scratch = _context.Scratch(DType.F32, length)!;
        _context.Call(
            "Recurrent.Pack", 0, ("r", _context.Input(2)), ("packed", scratch), ("direction", direction), ("hidden", Hidden), ("gates", _gates), ("separate", _separate));
        return scratch;
    }

    /// <summary>Memory for the state, and for as many rows more as the kernel needs.</summary>
    public Operand State(int rows) => _context.Scratch(DType.F32, checked((long)rows * Batch * Hidden))!;

    /// <summary>An output that the model wants, or null.</summary>
    public Operand? Output(int index) => index < _context.Node.Outputs.Count && _context.Node.Outputs[index] is not null ? _context.Output(index) : null;

    private Operand? Bias(int n)
    {
        if (_context.Node.InputOrNull(3) is null)
        {
            return null;
        }

        int separate = Attributes.Directions * _separateBias * Hidden;
        if (_context.Constant(3) is { } constant)
        {
            Tensor joined = new(DType.F32, [n]);
            Tensor apart = new(DType.F32, [separate]);
            Packing.AddBias(constant.Span<float>(), joined.MutableSpan<float>(), apart.MutableSpan<float>(), Attributes.Directions, Hidden, _gates, _separateBias);
            RecurrenceBias = separate == 0 ? null : _context.Weights(apart);
            return _context.Weights(joined);
        }

        Operand projection = _context.Scratch(DType.F32, n)!;
        RecurrenceBias = _context.Scratch(DType.F32, separate);
        _context.Call(
            "Recurrent.AddBias", 0, ("b", _context.Input(3)), ("projection", projection), ("recurrence", RecurrenceBias),
            ("directions", Attributes.Directions), ("hidden", Hidden), ("gates", _gates), ("separate", _separateBias));
        return projection;
    }
}
