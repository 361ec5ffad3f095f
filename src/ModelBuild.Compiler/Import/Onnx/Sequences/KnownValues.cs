using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops.Control;
using ModelBuild.Compiler.Ops.Shapes;

namespace ModelBuild.Compiler.Import.Onnx.Sequences;

/// <summary>Computes values that depend on constants and known sizes only, for what must be known while a model is read.</summary>
internal sealed class KnownValues(CancellationToken cancellation)
{
    private const int MaxDepth = 64;

    /// <summary>Positions, lengths and conditions are small; larger results are left to later stages.</summary>
    private const long MaxElements = 1 << 16;

    private readonly Dictionary<Value, Tensor?> _computed = [];

    /// <summary>The tensor that a value always is, or null.</summary>
    public Tensor? Find(Value? value) => Find(value, 0);

    /// <summary>The integer that a value always is, or null.</summary>
    public long? Integer(Value? value) => Find(value) is { DType: DType.I32 or DType.I64, Count: 1 } tensor ? tensor.ToInt64Array()[0] : null;

    /// <summary>The truth value that a value always is, or null.</summary>
    public bool? Truth(Value? value) => Find(value) is { DType: DType.Bool, Count: 1 } tensor ? tensor.Bytes[0] != 0 : null;

    private Tensor? Find(Value? value, int depth)
    {
        if (value is null || value.IsConstant)
        {
            return value?.Constant;
        }

        if (_computed.TryGetValue(value, out Tensor? known))
        {
            return known;
        }

        if (depth == MaxDepth)
        {
            return null;
        }

        cancellation.ThrowIfCancellationRequested();
        return _computed[value] = value.Producer is { Op: not null and not ControlOp } node ? Compute(node, value, depth) : null;
    }

    private Tensor? Compute(Node node, Value output, int depth)
    {
        if (node.Domain.Length == 0 && node.OpType == "Shape" && node.InputOrNull(0)?.Type.Shape is { } shape)
        {
            (int start, int count) = ShapeOp.RangeOf(node, shape.Rank);
            Dim[] dims = [.. shape.Skip(start).Take(count)];
            return dims.All(d => d.IsKnown) ? Tensor.Vector<long>([.. dims.Select(d => d.Value)]) : null;
        }

        if (node.Inputs.Count == 0 || !IsSmall(output.Type))
        {
            return null;
        }

        Tensor?[] inputs = new Tensor?[node.Inputs.Count];
        for (int i = 0; i < inputs.Length; i++)
        {
            if (node.Inputs[i] is { } input && (!IsSmall(input.Type) || (inputs[i] = Find(input, depth + 1)) is null))
            {
                return null;
            }
        }

        Tensor[] results = node.Op!.Evaluate(new EvaluationContext(node, inputs, cancellation));
        int index = node.Outputs.ToList().IndexOf(output);
        return index < results.Length ? results[index] : null;
    }

    private static bool IsSmall(TensorType type) => type.IsStatic && type.Shape!.ElementCount <= MaxElements;
}
