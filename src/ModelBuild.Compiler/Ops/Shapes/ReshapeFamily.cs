using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Operators that keep the data and change the sizes: no step at run time, but where a call names the sizes or axes.</summary>
public abstract class ReshapeFamily : CheckedOp, ICountedOp
{
    private protected override int MinInputs => 1;

    private protected override int MaxInputs => 2;

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        Shape shape = Target(context.Node, x.Type.Shape!, i => context.InputOrNull(i)) ?? throw NodeErrors.Shape(context.Node, "the target shape is not known.");
        return shape.IsStatic && shape.ElementCount == x.Count ? [x.Reshape(shape.ToArray())] : throw NodeErrors.Shape(context.Node, $"{x} has not as many elements as {shape}.");
    }

    private protected sealed override void Infer(InferenceContext context)
    {
        Shape? shape = context.Shape(0) is { } x ? TargetOf(context.Node, x) : null;
        if (shape is { IsStatic: true } && context.Shape(0) is { IsStatic: true } input && shape.ElementCount != input.ElementCount)
        {
            throw NodeErrors.Shape(context.Node, $"{input} has not as many elements as {shape}.");
        }

        context.SetOutput(0, context.Input(0).DType, shape);
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node)
    {
        Shape x = node.Input(0).Type.Shape!;
        return RunTimeValues.IsComputed(node, 1) && TargetOf(node, x) is { } shape ? Ranges(x, shape) : null;
    }

    /// <inheritdoc/>
    public virtual string? ExpectedKey(Node node, int size) => null;

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        if (!RunTimeValues.IsComputed(node, 1))
        {
            context.Alias(0, 0);
            return;
        }

        ElementTypes.RequireMovable(node, context.Input(0).DType);
        (string, StepValue)[] list = [(List, context.Input(1)), ("shape", Literals.Ints(node, context.InputDims(0))), .. Literal(node)];
        bool isOwn = RunTimeValues.Count(context, TargetOf(node, node.Input(0).Type.Shape!)!, $"Reshapes.{OpType}dSize", list);
        if (!isOwn)
        {
            context.Call($"Reshapes.Same{OpType}", 0, [.. list, ("expected", Literals.Ints(node, context.OutputDims()))]);
        }

        context.Call($"Reshapes.{OpType}", 0, [("x", context.Input(0)), ("y", context.Output()), .. list]);
    }

    /// <summary>The output shape, or null when it depends on a value that is not constant.</summary>
    protected abstract Shape? Target(Node node, Shape input, Func<int, Tensor?> constant);

    /// <summary>The kernels' name of the second input.</summary>
    private protected virtual string List => "axes";

    /// <summary>What the sizes that are not known may be.</summary>
    private protected virtual IReadOnlyList<CountRange> Ranges(Shape input, Shape result) => RunTimeValues.ShiftedCounts(input, result);

    /// <summary>Further arguments of the kernels.</summary>
    private protected virtual IEnumerable<(string Name, StepValue Value)> Literal(Node node) => [];

    private protected Shape? TargetOf(Node node, Shape input) => Target(node, input, i => RunTimeValues.Known(node, i));
}
