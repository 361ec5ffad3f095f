using System.Numerics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Reductions;

/// <summary>
/// A reduction over axes that the second input names, all where it is omitted; where a call names them, the sizes of the result are counted. Reference evaluation of floating-point elements computes in
/// binary64 and rounds once.
/// </summary>
public abstract class ReduceOp : CheckedOp, ICountedOp
{
    private protected sealed override int MinInputs => 1;

    private protected sealed override int MaxInputs => 2;

    private protected sealed override bool WidensBFloat16 => true;

    /// <summary>Method of the kernel class Reduce.</summary>
    private protected abstract string Kernel { get; }

    /// <summary>True when the kernel is for binary32 only, else for every number type.</summary>
    private protected virtual bool IsF32Kernel => false;

    /// <summary>True when one element is not its own reduction, as a square or a logarithm is taken too: then even a reduction over no axes computes.</summary>
    private protected virtual bool IsComposite => false;

    /// <summary>True when bool elements are reduced as 0 and 1.</summary>
    private protected virtual bool TakesBool => false;

    /// <summary>The reduction of floating-point numbers; of none, its neutral element.</summary>
    private protected abstract double Reduce(ReadOnlySpan<double> values);

    /// <summary>The reduction of integers; by default that of their values, truncated.</summary>
    private protected virtual T Reduce<T>(ReadOnlySpan<T> values)
        where T : unmanaged, INumber<T>, IMinMaxValue<T>
    {
        double[] numbers = new double[values.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            numbers[i] = double.CreateTruncating(values[i]);
        }

        return T.CreateSaturating(Reduce(numbers));
    }

    private protected sealed override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        DType type = context.Input(0).DType;
        ElementTypes.Require(node, 0, type, t => ElementTypes.IsNumeric(t) || (TakesBool && t == DType.Bool), "numbers");
        Shape? shape = context.Shape(0);
        if (shape is not null)
        {
            shape = RunTimeValues.IsComputed(node, 1) ? Partly(node, shape) : ResultShape(node, shape, AxesOf(node, RunTimeValues.Known(node, 1), shape.Rank));
        }

        context.SetOutput(0, type, shape);
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Tensor x = context.Input(0);
        bool isBool = TakesBool && x.DType == DType.Bool;
        Tensor numbers = isBool ? new Tensor(DType.U8, x.Dims, x.Bytes.ToArray()) : x;
        Tensor y = ElementTypes.Dispatch(context.Node, numbers.DType, new Loop(this, context, numbers));
        return [isBool ? new Tensor(DType.Bool, y.Dims, [.. y.Bytes.ToArray().Select(b => b == 0 ? b : (byte)1)]) : y];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        Operand x = context.Input(0);
        bool isDouble = IsF32Kernel && x.DType == DType.F64;
        bool isBool = TakesBool && x.DType == DType.Bool;
        if (IsF32Kernel && !isDouble)
        {
            ElementTypes.RequireF32Kernel(node, x.DType);
        }
        else if (!isBool)
        {
            ElementTypes.RequireNumericKernel(node, x.DType);
        }

        long[] dims = context.InputDims(0);
        if (RunTimeValues.IsComputed(node, 1))
        {
            LowerComputed(context, x, dims, isBool);
            return;
        }

        int[] axes = AxesOf(node, RunTimeValues.Known(node, 1), dims.Length);
        if (axes.Length == 0 && !IsComposite)
        {
            context.Alias(0, 0);
            return;
        }

        ReduceLayout layout = ReduceLayout.Of(context, x, dims, axes);
        string kernel = isDouble ? "DoubleMath." + Kernel[..^"F32".Length] : isBool ? "Reduce." + (Kernel == "Max" ? "Any" : "All") : "Reduce." + Kernel;
        context.Call(kernel, 0, ("x", layout.X), ("y", context.Output()), ("outer", layout.Outer), ("axis", layout.Axis), ("inner", layout.Inner));
    }

    private static int[] AxesOf(Node node, Tensor? axes, int rank)
    {
        int[] given = axes is null ? [] : [.. Axes.Normalize(node, Elements.Integers(node, 1, axes), rank).Order()];
        return given.Length > 0 || node.Attributes.GetInt("noop_with_empty_axes", 0) != 0 ? given : [.. Enumerable.Range(0, rank)];
    }

    private static Shape ResultShape(Node node, Shape shape, int[] axes)
    {
        bool keep = Keeps(node);
        return new Shape(shape.Select((d, i) => axes.Contains(i) ? (Dim)1 : d).Where((_, i) => keep || !axes.Contains(i)));
    }

    // The axes are those of a call: what their number tells.
    private static Shape? Partly(Node node, Shape shape)
    {
        int? count = RunTimeValues.LengthOf(node, 1);
        if (count > shape.Rank)
        {
            throw NodeErrors.Invalid(node, $"{count} axes are reduced, and {shape} has {shape.Rank}.");
        }

        bool keeps = Keeps(node);
        if (count == shape.Rank)
        {
            return new Shape(Enumerable.Repeat((Dim)1, keeps ? shape.Rank : 0));
        }

        if (keeps)
        {
            bool isFixed = RunTimeValues.IsFixed(node, shape);
            return new Shape(shape.Select(d => isFixed && d.Value == 1 ? d : Dim.Unknown));
        }

        return count is { } reduced ? RunTimeValues.Shifted(node, shape, shape.Rank - reduced) : null;
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node)
    {
        Shape x = node.Input(0).Type.Shape!;
        return !RunTimeValues.IsComputed(node, 1) || Partly(node, x) is not { } shape ? null
            : Keeps(node) ? [.. x.Where((_, i) => !shape[i].IsKnown).Select(d => new CountRange(Math.Min(1, d.Value), Math.Max(1, d.Value)))]
            : RunTimeValues.ShiftedCounts(x, shape);
    }

    private void LowerComputed(ILoweringContext context, Operand x, long[] dims, bool isBool)
    {
        Node node = context.Node;
        (string, StepValue)[] how = [("axes", context.Input(1)), ("kind", Enum.Parse<Reduction>(OpType["Reduce".Length..])), ("shape", Literals.Ints(node, dims))];
        RunTimeValues.Count(context, Partly(node, node.Input(0).Type.Shape!)!, "ReduceAxes.Size", [.. how, ("keepDims", Keeps(node))]);

        // One element more, so that there is memory whatever the sizes are.
        Operand? moved = context.Scratch(x.DType, x.Count + 1);
        context.Call(isBool ? "ReduceAxes.Truths" : "ReduceAxes.Run", 0, [("x", x), ("moved", moved), ("y", context.Output()), .. how]);
    }

    private static bool Keeps(Node node) => node.Attributes.GetInt("keepdims", 1) != 0;

    private readonly record struct Loop(ReduceOp Op, EvaluationContext Context, Tensor X) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            Node node = Context.Node;
            int[] axes = AxesOf(node, Context.InputOrNull(1), X.Rank);
            long[] dims = ResultShape(node, X.Type.Shape!, axes).ToArray();
            Tensor y = Results.Allocate(node, X.DType, dims);

            // The reduced axes go last, so that each result is made of one run of elements.
            int[] order = [.. Enumerable.Range(0, X.Rank).Except(axes), .. axes];
            int[] dense = StridedIndex.Dense(X.Dims);
            long[] permuted = new long[X.Rank];
            int[] strides = new int[X.Rank];
            for (int i = 0; i < order.Length; i++)
            {
                permuted[i] = X.Dims[order[i]];
                strides[i] = dense[order[i]];
            }

            int length = Axes.Product(permuted.AsSpan(X.Rank - axes.Length));
            ReadOnlySpan<T> from = X.Span<T>();
            Span<T> to = y.MutableSpan<T>();
            StridedIndex index = new(permuted, strides);
            bool floating = DTypes.IsFloat(X.DType);
            double[] doubles = new double[floating ? length : 0];
            T[] integers = new T[floating ? 0 : length];
            for (int r = 0; r < to.Length; r++)
            {
                Context.Cancellation.ThrowIfCancellationRequested();
                for (int k = 0; k < length; k++)
                {
                    T value = from[index.Offset(0)];
                    index.MoveNext();
                    if (floating)
                    {
                        doubles[k] = double.CreateTruncating(value);
                    }
                    else
                    {
                        integers[k] = value;
                    }
                }

                to[r] = floating ? T.CreateTruncating(Op.Reduce(doubles)) : Op.Reduce<T>(integers);
            }

            return y;
        }
    }
}
