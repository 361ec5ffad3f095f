using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops;

/// <summary>Einstein summation (ONNX Einsum 12), written with Transpose, Reshape, ReduceSum, Mul and, for binary32, MatMul: operands are contracted one after another.</summary>
internal sealed class Einsum : CheckedOp, IComposedOp
{
    /// <inheritdoc/>
    public override string OpType => "Einsum";

    /// <inheritdoc/>
    public override string? Limits => "An operand that repeats a label has known sizes.";

    /// <inheritdoc/>
    public bool ExpandsWhenOptimized => true;

    private protected override int MinInputs => 1;

    private protected override int MaxInputs => int.MaxValue;

    /// <inheritdoc/>
    public bool CanExpand(Node node) => node.Inputs.All(i => i!.Type.DType != DType.Undefined && i.Type.Shape is not null) && EinsumParts.HasKnownDiagonals(node);

    /// <inheritdoc/>
    public void Expand(Graph graph, Node node)
    {
        Value result = EinsumParts.Add(new PartsBuilder(graph, node, node.Inputs), EinsumEquation.Parse(node, [.. node.Inputs.Select(i => i!.Type.Shape!.Rank)]));
        graph.ReplaceUses(node.Output, result);
        graph.Remove(node);
    }

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        if (node.Outputs.Count != 1)
        {
            throw NodeErrors.Invalid(node, $"has {node.Outputs.Count} outputs; the operator makes one.");
        }

        DType type = DType.Undefined;
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            type = ElementTypes.Same(node, type, context.Input(i).DType);
        }

        ElementTypes.Require(node, 0, type, ElementTypes.IsNumeric, "numbers");
        Shape?[] shapes = [.. Enumerable.Range(0, node.Inputs.Count).Select(context.Shape)];
        if (shapes.Any(s => s is null))
        {
            context.SetOutput(0, type, null);
            return;
        }

        EinsumEquation equation = EinsumEquation.Parse(node, [.. shapes.Select(s => s!.Rank)]);
        Dictionary<char, Dim> sizes = Sizes(node, equation, shapes!);
        context.SetOutput(0, type, new Shape(equation.Output.Select(c => sizes[c])));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        Tensor[] operands = [.. Enumerable.Range(0, context.InputCount).Select(context.Input)];
        EinsumEquation equation = EinsumEquation.Parse(node, [.. operands.Select(o => o.Rank)]);
        Dictionary<char, Dim> sizes = Sizes(node, equation, [.. operands.Select(o => o.Type.Shape!)]);
        string labels = equation.Output + string.Concat(string.Concat(equation.Operands).Distinct().Where(c => !equation.Output.Contains(c, StringComparison.Ordinal)));
        long[] all = [.. labels.Select(c => sizes[c].Value)];
        int[][] strides = [.. operands.Select((o, i) => Strides(o, equation.Operands[i], labels))];
        long[] result = [.. equation.Output.Select(c => sizes[c].Value)];
        Results.Check(node, operands[0].DType, result);
        return
        [
            DTypes.IsFloat(operands[0].DType)
                ? FloatTensors.FromDouble(node, operands[0].DType, Sum(context, [.. operands.Select(o => o.ToDoubleArray())], all, strides, result), result)
                : NumericTensors.FromInt64(node, operands[0].DType, Sum(context, [.. operands.Select(Integers)], all, strides, result), result),
        ];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context) =>
        throw NodeErrors.Shape(context.Node, "an operand that repeats a label must have known sizes. Export the model with constant shapes, set Dims, or set Runtime=\"onnxruntime\".");

    private static T[] Sum<T>(EvaluationContext context, T[][] operands, long[] dims, int[][] strides, long[] result)
        where T : struct, System.Numerics.INumber<T>
    {
        T[] y = new T[Axes.Product(result)];
        int terms = Axes.Product(dims.AsSpan(result.Length));
        StridedIndex index = new(dims, strides);
        for (int i = 0; i < y.Length; i++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            T sum = T.Zero;
            for (int t = 0; t < terms; t++, index.MoveNext())
            {
                T product = T.One;
                for (int o = 0; o < operands.Length; o++)
                {
                    product = unchecked(product * operands[o][index.Offset(o)]);
                }

                sum = unchecked(sum + product);
            }

            y[i] = sum;
        }

        return y;
    }

    private static long[] Integers(Tensor tensor) => tensor.DType == DType.U64 ? [.. tensor.Span<ulong>().ToArray().Select(v => unchecked((long)v))] : tensor.ToInt64Array();

    // A repeated label steps along the diagonal; an axis of size 1 is repeated.
    private static int[] Strides(Tensor operand, string own, string labels)
    {
        int[] dense = StridedIndex.Dense(operand.Dims);
        int[] strides = new int[labels.Length];
        for (int axis = 0; axis < own.Length; axis++)
        {
            strides[labels.IndexOf(own[axis], StringComparison.Ordinal)] += operand.Dims[axis] == 1 ? 0 : dense[axis];
        }

        return strides;
    }

    private static Dictionary<char, Dim> Sizes(Node node, EinsumEquation equation, Shape[] shapes)
    {
        Dictionary<char, Dim> sizes = [];
        for (int i = 0; i < shapes.Length; i++)
        {
            for (int axis = 0; axis < shapes[i].Rank; axis++)
            {
                char label = equation.Operands[i][axis];
                Dim size = shapes[i][axis];
                Dim known = sizes.GetValueOrDefault(label, new Dim(1));
                if (size.IsKnown && known.IsKnown && size != known && size.Value != 1 && known.Value != 1)
                {
                    throw NodeErrors.Shape(node, $"one label of equation '{node.Attributes.GetString("equation", "")}' has the sizes {known} and {size}.");
                }

                bool replaces = known.IsKnown ? known.Value == 1 : size.IsKnown && size.Value != 1;
                sizes[label] = replaces ? size : known;
            }
        }

        return sizes;
    }
}
