using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Transformers;

/// <summary>A copy of a cache with an update written at a place of its own for each item of the batch (ONNX TensorScatter 24).</summary>
internal sealed class TensorScatter : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "TensorScatter";

    private protected override int MinInputs => 2;

    private protected override int MaxInputs => 3;

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        _ = IsCircular(node);
        DType type = ElementTypes.Same(node, context.Input(0).DType, context.Input(1).DType);
        if (context.HasInput(2))
        {
            ElementTypes.RequireIndex(node, 2, context.Input(2).DType);
        }

        if (context.Shape(0) is { } cache)
        {
            Check(node, cache, context.Shape(1), context.HasInput(2) ? context.Shape(2) : null);
        }

        context.SetOutput(0, type, context.Shape(0));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor cache = context.Input(0);
        Tensor update = context.Input(1);
        int axis = Check(context.Node, cache.Type.Shape!, update.Type.Shape, context.InputOrNull(2)?.Type.Shape);
        long[] starts = context.InputOrNull(2)?.ToInt64Array() ?? new long[cache.Dims[0]];
        Tensor result = new(cache.DType, cache.Dims, cache.Bytes.ToArray());
        int places = (int)cache.Dims[axis];
        (int outer, int length, int inner) = Axes.Split(update.Dims, axis);
        int perItem = outer / Math.Max(1, (int)cache.Dims[0]);
        for (int row = 0; row < outer * length; row++)
        {
            long place = starts[row / length / perItem] + (row % length);
            place = IsCircular(context.Node) ? ((place % places) + places) % places : place;
            if (place < 0 || place >= places)
            {
                throw NodeErrors.Invalid(context.Node, $"the update reaches place {place} of a cache of {places}.");
            }

            Elements.Copy(update, (long)row * inner, result, (((row / length) * places) + place) * inner, inner);
        }

        return [result];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireMovable(context.Node, context.Input(0).DType);
        long[] cache = context.InputDims(0);
        long[] update = context.InputDims(1);
        int axis = Check(context.Node, Shape.Of(cache), Shape.Of(update), null);
        (int outer, int length, int inner) = Axes.Split(update, axis);
        Operand starts = context.InputOrNull(2) ?? context.Weights(new Tensor(DType.I64, [cache[0]]));
        if (outer * inner == 0)
        {
            return;
        }

        context.AllowInPlace(0, 0);
        context.Call(
            "Scatter.Cache", 0, ("cache", context.Input(0)), ("update", context.Input(1)), ("starts", starts), ("y", context.Output()), ("outer", outer), ("axisLength", Literals.Int(context.Node, cache[axis])),
            ("updateLength", length), ("inner", inner), ("circular", IsCircular(context.Node)));
    }

    private static bool IsCircular(Node node) => node.Attributes.GetString("mode", "linear") switch
    {
        "linear" => false,
        "circular" => true,
        string other => throw NodeErrors.Attribute(node, "mode", other, "It must be linear or circular."),
    };

    private static int Check(Node node, Shape cache, Shape? update, Shape? starts)
    {
        int axis = Axes.Normalize(node, node.Attributes.GetInt("axis", -2), cache.Rank);
        bool fits = axis > 0 && (update is null || (update.Rank == cache.Rank && Enumerable.Range(0, cache.Rank).All(i =>
            !update[i].IsKnown || !cache[i].IsKnown || (i == axis ? update[i].Value <= cache[i].Value : update[i].Value == cache[i].Value))));
        fits &= starts is null || (starts.Rank == 1 && (!starts[0].IsKnown || !cache[0].IsKnown || starts[0].Value == cache[0].Value));
        return fits ? axis : throw NodeErrors.Shape(node, $"an update {update} at places {starts} does not fit along axis {axis} into a cache {cache}.");
    }
}
