using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Losses;

/// <summary>ONNX NegativeLogLikelihoodLoss-22: the negative logarithm of the target's probability at each position, weighted by class. x [N,C,...], target [N,...], weight [C].</summary>
public sealed class NegativeLogLikelihoodLoss : CheckedOp
{
    /// <inheritdoc/>
    public override string OpType => "NegativeLogLikelihoodLoss";

    private protected override int MinInputs => 2;

    private protected override int MaxInputs => 3;

    private protected override bool WidensBFloat16 => true;

    /// <summary>Checks operands and attributes, and returns the shape of the loss, or null where it is not known.</summary>
    internal static Shape? LossShape(Node node, Shape? x, TensorType target, Shape? weight)
    {
        ElementTypes.RequireIndex(node, 1, target.DType);
        LossReduction reduction = ReductionOf(node);
        if (x is { Rank: < 2 })
        {
            throw NodeErrors.Shape(node, $"the scores {x} need a batch and classes.");
        }

        if (x is not null && target.Shape is { } t)
        {
            Dim[] positions = [x[0], .. x.Skip(2)];
            bool fits = t.Rank == positions.Length && positions.Zip(t).All(p => !p.First.IsKnown || !p.Second.IsKnown || p.First.Value == p.Second.Value);
            if (!fits || (weight is not null && (weight.Rank != 1 || (weight[0].IsKnown && x[1].IsKnown && weight[0].Value != x[1].Value))))
            {
                throw NodeErrors.Shape(node, $"scores {x}, targets {t}{(weight is null ? "" : $" and weights {weight}")} do not fit.");
            }
        }

        return reduction == LossReduction.None ? target.Shape : Shape.Scalar;
    }

    /// <summary>The loss of logarithms of probabilities.</summary>
    internal static Tensor Evaluate(Node node, DType type, double[] logs, long[] dims, Tensor target, Tensor? weight)
    {
        LossShape(node, Shape.Of(dims), target.Type, weight?.Type.Shape);
        LossReduction reduction = ReductionOf(node);
        int classes = (int)dims[1];
        int inner = Axes.Product(dims.AsSpan(2));
        long[] targets = Elements.Integers(node, 1, target);
        double[]? factors = weight?.ToDoubleArray();
        double[] losses = new double[targets.Length];
        double weights = 0;
        for (int i = 0; i < losses.Length; i++)
        {
            if (IgnoredOf(node) == targets[i])
            {
                continue;
            }

            if (targets[i] < 0 || targets[i] >= classes)
            {
                throw NodeErrors.Invalid(node, $"the target {targets[i]} is none of {classes} classes.");
            }

            double factor = factors?[targets[i]] ?? 1;
            losses[i] = -factor * logs[(((i / inner * classes) + (int)targets[i]) * inner) + (i % inner)];
            weights += factor;
        }

        return reduction switch
        {
            LossReduction.None => FloatTensors.FromDouble(node, type, losses, target.Dims),
            LossReduction.Sum => FloatTensors.FromDouble(node, type, [losses.Sum()], []),
            _ => FloatTensors.FromDouble(node, type, [losses.Sum() / weights], []),
        };
    }

    private protected override void Infer(InferenceContext context) => context.SetOutput(
        0, context.Input(0).DType, LossShape(context.Node, context.Shape(0), context.Input(1), context.HasInput(2) ? context.Shape(2) : null));

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        return [Evaluate(context.Node, x.DType, x.ToDoubleArray(), x.Dims.ToArray(), context.Input(1), context.InputOrNull(2))];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireF32Kernel(node, context.Input(0).DType);
        (int batch, int classes, int inner) = Axes.Split(context.InputDims(0), 1);
        context.Call(
            "Loss.NegativeLogLikelihood",
            0,
            ("x", context.Input(0)),
            ("target", context.Input(1)),
            ("weight", context.InputOrNull(2)),
            ("y", context.Output()),
            ("batch", batch),
            ("classes", classes),
            ("inner", inner),
            ("ignores", IgnoredOf(node) is not null),
            ("ignoreIndex", IgnoredOf(node) ?? 0),
            ("reduction", ReductionOf(node)));
    }

    private static long? IgnoredOf(Node node) => node.Attributes.TryGet("ignore_index", out IntAttribute? index) ? index.Value : null;

    private static LossReduction ReductionOf(Node node) => node.Attributes.GetString("reduction", "mean") switch
    {
        "none" => LossReduction.None,
        "sum" => LossReduction.Sum,
        "mean" => LossReduction.Mean,
        string other => throw NodeErrors.Attribute(node, "reduction", other, "Use none, sum or mean."),
    };
}
