using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Control;

/// <summary>ONNX Scan-21: a body that runs once for every slice of its scanned inputs.</summary>
internal sealed class Scan(bool isClosed) : IteratedOp(isClosed)
{
    private const string InputAxes = "scan_input_axes";
    private const string InputDirections = "scan_input_directions";
    private const string OutputAxes = "scan_output_axes";
    private const string OutputDirections = "scan_output_directions";

    /// <inheritdoc/>
    public override string OpType => "Scan";

    private protected override int MinInputs => 1;

    private protected override int FirstCarried => 0;

    private protected override int FirstBodyInput => 0;

    private protected override int FirstBodyOutput => 0;

    private protected override int CarriedCount(Node node) => OwnInputs(node) - ScanAxes.InputCount(node, OwnInputs(node));

    private protected override void InferOwnInputs(Node node, Graph body)
    {
        int carried = CarriedCount(node);
        for (int i = carried; i < OwnInputs(node) && i < body.Inputs.Count; i++)
        {
            TensorType type = node.Input(i).Type;
            Shape? slice = type.Shape is { } shape ? Without(shape, ScanAxes.Axis(node, InputAxes, i - carried, shape.Rank)) : null;
            body.Inputs[i].Type = new TensorType(type.DType, slice);
        }
    }

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        int carried = CarriedCount(node);
        Graph body = Subgraph(node, Body);
        CheckCounts(node, Body, node.Inputs.Count, Math.Max(carried, node.Outputs.Count));
        Dim length = Length(node);
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            TensorType made = body.Outputs[i].Value.Type;
            if (i < carried)
            {
                context.SetOutput(i, Common(node, body.Inputs[i].Type, made));
                continue;
            }

            _ = ScanAxes.IsReverse(node, OutputDirections, i - carried);
            Shape? stacked = null;
            if (made.Shape is { } shape)
            {
                int axis = ScanAxes.Axis(node, OutputAxes, i - carried, shape.Rank + 1);
                stacked = new Shape([.. shape.Take(axis), length, .. shape.Skip(axis)]);
            }

            context.SetOutput(i, made.DType, stacked);
        }
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        Graph body = Subgraph(node, Body);
        int carried = CarriedCount(node);
        Tensor[] state = [.. Enumerable.Range(0, carried).Select(context.Input)];
        Tensor[] scanned = [.. Enumerable.Range(carried, OwnInputs(node) - carried).Select(context.Input)];
        Tensor[] captured = [.. Enumerable.Range(OwnInputs(node), CaptureCount(node)).Select(context.Input)];
        int[] axes = [.. scanned.Select((t, i) => ScanAxes.Axis(node, InputAxes, i, t.Rank))];
        long length = scanned[0].Dims[axes[0]];
        if (scanned.Where((t, i) => t.Dims[axes[i]] != length).Any())
        {
            throw NodeErrors.Shape(node, "its scanned inputs have different numbers of slices.");
        }

        List<Tensor>[] slices = [.. Enumerable.Range(0, Math.Max(0, node.Outputs.Count - carried)).Select(_ => new List<Tensor>())];
        for (long i = 0; i < length; i++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            Tensor[] own = [.. scanned.Select((t, k) => Slice(t, axes[k], ScanAxes.IsReverse(node, InputDirections, k) ? length - 1 - i : i))];
            IReadOnlyList<Tensor> made = context.Run(body, [.. state, .. own, .. captured]);
            state = [.. made.Take(carried)];
            for (int s = 0; s < slices.Length; s++)
            {
                slices[s].Add(made[carried + s]);
            }
        }

        return [.. state, .. slices.Select((s, i) => StackOutput(node, s, body.Outputs[carried + i].Value.Type, i))];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        Graph body = Subgraph(node, Body);
        List<Carried> carried = BeginCarried(context, body);
        Operand iteration = context.Scratch(DType.I64, 1)!;
        int length = Literals.Int(node, Length(node).Value);
        context.BeginLoop(length, null, null, iteration);
        foreach (Carried item in carried)
        {
            context.Bind(item.Input, item.Memory);
        }

        BindCaptures(context, body);
        for (int i = carried.Count; i < OwnInputs(node); i++)
        {
            RequireStatic(node, body.Inputs[i]);
            Shape shape = node.Input(i).Type.Shape!;
            Slice(context, "LoopSlice.Take", context.Input(i), context.OperandOf(body.Inputs[i]), iteration, shape, ScanAxes.Axis(node, InputAxes, i - carried.Count, shape.Rank), ScanAxes.IsReverse(node, InputDirections, i - carried.Count));
        }

        context.LowerSubgraph(body);
        for (int i = carried.Count; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is { } output)
            {
                RequireStatic(node, output);
                Shape shape = output.Type.Shape!;
                Slice(context, "LoopSlice.Put", context.OperandOf(body.Outputs[i].Value), context.Output(i), iteration, shape, ScanAxes.Axis(node, OutputAxes, i - carried.Count, shape.Rank), ScanAxes.IsReverse(node, OutputDirections, i - carried.Count));
            }
        }

        HandOn(context, carried);
        context.EndBlock();
    }

    private static void Slice(ILoweringContext context, string kernel, Operand x, Operand y, Operand iteration, Shape whole, int axis, bool reverse)
    {
        int Product(IEnumerable<Dim> dims) => Literals.Int(context.Node, dims.Aggregate(1L, static (a, d) => checked(a * d.Value)));
        context.Call(
            kernel, 0, ("x", x), ("iteration", iteration), ("y", y), ("length", Product([whole[axis]])), ("outer", Product(whole.Take(axis))), ("inner", Product(whole.Skip(axis + 1))), ("reverse", reverse));
    }

    private static Tensor StackOutput(Node node, List<Tensor> slices, TensorType type, int index)
    {
        int rank = slices.Count > 0 ? slices[0].Rank : type.Shape?.Rank ?? 0;
        return Stack(node, slices, type, ScanAxes.Axis(node, OutputAxes, index, rank + 1), ScanAxes.IsReverse(node, OutputDirections, index));
    }

    private static Tensor Slice(Tensor tensor, int axis, long index)
    {
        long[] dims = tensor.Dims.ToArray();
        int inner = DTypes.SizeOf(tensor.DType) * (int)dims[(axis + 1)..].Aggregate(1L, static (a, d) => a * d);
        int outer = (int)dims[..axis].Aggregate(1L, static (a, d) => a * d);
        Tensor slice = new(tensor.DType, [.. dims[..axis], .. dims[(axis + 1)..]]);
        for (int o = 0; o < outer; o++)
        {
            tensor.Bytes.Slice((int)((o * dims[axis]) + index) * inner, inner).CopyTo(slice.MutableBytes().Slice(o * inner, inner));
        }

        return slice;
    }

    private static Shape Without(Shape shape, int axis) => new(shape.Where((_, i) => i != axis));

    private Dim Length(Node node)
    {
        int carried = CarriedCount(node);
        Dim length = Dim.Unknown;
        for (int i = carried; i < OwnInputs(node); i++)
        {
            _ = ScanAxes.IsReverse(node, InputDirections, i - carried);
            if (node.Input(i).Type.Shape is not { } shape)
            {
                continue;
            }

            Dim own = shape[ScanAxes.Axis(node, InputAxes, i - carried, shape.Rank)];
            if (length.IsKnown && own.IsKnown && length != own)
            {
                throw NodeErrors.Shape(node, "its scanned inputs have different numbers of slices.");
            }

            length = length.IsKnown ? length : own;
        }

        return length;
    }
}
