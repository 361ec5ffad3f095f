using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>Operators that keep the data and change the sizes: no step at run time.</summary>
public abstract class ReshapeFamily : CheckedOp
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
        Shape? shape = context.Shape(0) is { } x ? Target(context.Node, x, context.Constant) : null;
        if (shape is { IsStatic: true } && context.Shape(0) is { IsStatic: true } input && shape.ElementCount != input.ElementCount)
        {
            throw NodeErrors.Shape(context.Node, $"{input} has not as many elements as {shape}.");
        }

        context.SetOutput(0, context.Input(0).DType, shape);
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) => context.Alias(0, 0);

    /// <summary>The output shape, or null when it depends on a value that is not constant.</summary>
    protected abstract Shape? Target(Node node, Shape input, Func<int, Tensor?> constant);
}
