using System.Numerics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>The index of the extreme element along one axis. NaN counts as the extreme, and the first NaN wins.</summary>
public abstract class ArgReduceOp : CheckedOp
{
    private protected sealed override int MinInputs => 1;

    private protected sealed override bool WidensBFloat16 => true;

    /// <summary>True when the first operand is more extreme than the second.</summary>
    private protected abstract bool IsBetter<T>(T a, T b)
        where T : unmanaged, INumber<T>;

    private protected sealed override void Infer(InferenceContext context)
    {
        ElementTypes.Require(context.Node, 0, context.Input(0).DType, ElementTypes.IsNumeric, "numbers");
        Shape? shape = context.Shape(0);
        if (shape is not null)
        {
            int axis = AxisOf(context.Node, shape.Rank);
            if (shape[axis] == new Dim(0))
            {
                throw NodeErrors.Shape(context.Node, $"axis {axis} of {shape} has no elements.");
            }

            shape = Keeps(context.Node) ? shape.With(axis, 1) : new Shape(shape.Where((_, i) => i != axis));
        }

        context.SetOutput(0, DType.I64, shape);
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        return [ElementTypes.Dispatch(context.Node, x.DType, new Loop(this, context.Node, x))];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        ElementTypes.RequireNumericKernel(context.Node, context.Input(0).DType);
        long[] dims = context.InputDims(0);
        (int outer, int length, int inner) = Axes.Split(dims, AxisOf(context.Node, dims.Length));
        context.Call(
            "Reduce." + OpType, 0, ("x", context.Input(0)), ("y", context.Output()), ("outer", outer), ("axis", length), ("inner", inner), ("selectLastIndex", IsLast(context.Node)));
    }

    private static int AxisOf(Node node, int rank) => Axes.Normalize(node, node.Attributes.GetInt("axis", 0), rank);

    private static bool Keeps(Node node) => node.Attributes.GetInt("keepdims", 1) != 0;

    private static bool IsLast(Node node) => node.Attributes.GetInt("select_last_index", 0) != 0;

    private readonly record struct Loop(ArgReduceOp Op, Node Node, Tensor X) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            int axis = AxisOf(Node, X.Rank);
            (int outer, int length, int inner) = Axes.Split(X.Dims, axis);
            if (length == 0)
            {
                throw NodeErrors.Shape(Node, $"axis {axis} of {X.Type.Shape} has no elements.");
            }

            long[] dims = Keeps(Node) ? [.. X.Dims[..axis], 1, .. X.Dims[(axis + 1)..]] : [.. X.Dims[..axis], .. X.Dims[(axis + 1)..]];
            Tensor y = Results.Allocate(Node, DType.I64, dims);
            ReadOnlySpan<T> from = X.Span<T>();
            Span<long> to = y.MutableSpan<long>();
            bool last = IsLast(Node);
            for (int r = 0; r < to.Length; r++)
            {
                int offset = (r / inner * length * inner) + (r % inner);
                T best = from[offset];
                for (int k = 1; k < length && !T.IsNaN(best); k++)
                {
                    T value = from[offset + (k * inner)];
                    if (Op.IsBetter(value, best) || T.IsNaN(value) || (last && value == best))
                    {
                        best = value;
                        to[r] = k;
                    }
                }
            }

            return y;
        }
    }
}
