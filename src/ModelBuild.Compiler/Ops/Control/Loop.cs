using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Control;

/// <summary>ONNX Loop-21: a body that runs a number of times, or while its condition holds.</summary>
internal sealed class Loop(bool isClosed) : IteratedOp(isClosed), ICountedOp
{
    private const int OwnInputCount = 2;

    /// <summary>A loop that runs longer while the model is built is taken for one that never ends.</summary>
    private const long MaxIterations = 1_000_000;

    /// <inheritdoc/>
    public override string OpType => "Loop";

    private protected override int MinInputs => 0;

    /// <inheritdoc/>
    public override int LeastInputs => OwnInputCount;

    private protected override int FirstCarried => OwnInputCount;

    private protected override int FirstBodyInput => OwnInputCount;

    private protected override int FirstBodyOutput => 1;

    private protected override int CarriedCount(Node node) => Math.Max(0, OwnInputs(node) - OwnInputCount);

    private protected override void InferOwnInputs(Node node, Graph body)
    {
        DType[] types = [DType.I64, DType.Bool];
        for (int i = 0; i < types.Length && i < body.Inputs.Count; i++)
        {
            body.Inputs[i].Type = new TensorType(types[i], Shape.Scalar);
        }
    }

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        int carried = CarriedCount(node);
        Graph body = Subgraph(node, Body);
        CheckCounts(node, Body, OwnInputCount + carried + CaptureCount(node), Math.Max(1 + carried, 1 + node.Outputs.Count));
        if (node.InputOrNull(0) is { } count)
        {
            ElementTypes.Require(node, 0, count.Type.DType, static t => t == DType.I64, "int64 elements");
        }

        if (node.InputOrNull(1) is not null)
        {
            CheckCondition(node, 1);
        }

        ElementTypes.Require(node, 1, body.Outputs[0].Value.Type.DType, static t => t == DType.Bool, "truth values from the body");
        for (int i = 0; i < node.Outputs.Count; i++)
        {
            TensorType made = body.Outputs[1 + i].Value.Type;
            if (i < carried)
            {
                context.SetOutput(i, Common(node, body.Inputs[OwnInputCount + i].Type, made));
            }
            else
            {
                context.SetOutput(i, made.DType, made.Shape is { } shape ? new Shape([Iterations(node, body), .. shape]) : null);
            }
        }
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        Graph body = Subgraph(node, Body);
        int carried = CarriedCount(node);
        long count = context.InputOrNull(0)?.ToInt64Array().Single() ?? long.MaxValue;
        bool condition = context.InputOrNull(1) is not { } first || Condition(node, first);
        Tensor[] state = [.. Enumerable.Range(OwnInputCount, carried).Select(context.Input)];
        Tensor[] captured = [.. Enumerable.Range(OwnInputs(node), CaptureCount(node)).Select(context.Input)];
        List<Tensor>[] slices = [.. Enumerable.Range(0, Math.Max(0, node.Outputs.Count - carried)).Select(_ => new List<Tensor>())];
        long bytes = 0;
        for (long i = 0; i < count && condition; i++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            if (i == MaxIterations)
            {
                throw NodeErrors.Limit(node, $"has not ended after {MaxIterations} iterations.");
            }

            IReadOnlyList<Tensor> made = context.Run(body, [Tensor.Scalar(i), Tensor.Scalar(condition), .. state, .. captured]);
            condition = Condition(node, made[0]);
            state = [.. made.Skip(1).Take(carried)];
            for (int s = 0; s < slices.Length; s++)
            {
                slices[s].Add(made[1 + carried + s]);
                bytes += made[1 + carried + s].Bytes.Length;
            }

            if (bytes > Results.MaxBytes)
            {
                throw NodeErrors.Limit(node, "its stacked outputs are larger than the build allows.");
            }
        }

        return [.. state, .. slices.Select((s, i) => Stack(node, s, body.Outputs[1 + carried + i].Value.Type, 0, reverse: false))];
    }

    /// <inheritdoc/>
    public IReadOnlyList<CountRange>? CountsOf(Node node) =>
        node.InputOrNull(0) is not null && LoopCondition.IsSettledByFirst(Subgraph(node, Body)) && node.Outputs.Take(CarriedCount(node)).All(o => o is null || o.Type.IsStatic) ? [new(0, null)] : null;

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        Graph body = Subgraph(node, Body);
        int carriedCount = CarriedCount(node);
        if (context.IsCounted)
        {
            context.Count(0, "Counts.Iterations", ("x", context.Input(0)), ("condition", context.InputOrNull(1)));
        }

        bool isComputed = !LoopCondition.IsAlwaysTrue(node, body);
        if (!isComputed && node.InputOrNull(0) is null)
        {
            throw NodeErrors.Invalid(node, "would never end: it has neither a number of iterations nor a condition that changes.");
        }

        Operand truth = context.Weights(Tensor.Scalar(true));
        List<Carried> handed = [];
        Operand? condition = null;
        if (isComputed)
        {
            condition = context.Scratch(DType.Bool, 1)!;
            Copy(context, context.InputOrNull(1) ?? truth, condition);
            handed.Add(new Carried(condition, body.Inputs[1], body.Outputs[0].Value));
        }

        List<Carried> carried = BeginCarried(context, body);
        handed.AddRange(carried);
        Operand iteration = context.Scratch(DType.I64, 1)!;
        context.BeginLoop(context.Constant(0) is { } count ? Math.Max(0, count.ToInt64Array().Single()) : null, context.InputOrNull(0), condition, iteration);
        context.Bind(body.Inputs[0], iteration);
        context.Bind(body.Inputs[1], condition ?? truth);
        foreach (Carried item in carried)
        {
            context.Bind(item.Input, item.Memory);
        }

        BindCaptures(context, body);
        context.LowerSubgraph(body);
        for (int i = carriedCount; i < node.Outputs.Count; i++)
        {
            if (node.Outputs[i] is { } output)
            {
                RequireStatic(node, output);
                Value slice = body.Outputs[1 + i].Value;
                context.Call(
                    "LoopSlice.Put", 0, ("x", context.OperandOf(slice)), ("iteration", iteration), ("y", context.Output(i)),
                    ("length", Literals.Int(node, output.Type.Shape![0].Value)), ("outer", 1), ("inner", Literals.Int(node, slice.Type.Shape!.ElementCount)), ("reverse", false));
            }
        }

        HandOn(context, handed);
        context.EndBlock();
    }

    private static Dim Iterations(Node node, Graph body)
    {
        if (node.InputOrNull(1)?.Constant is { DType: DType.Bool, Count: 1 } first && first.Bytes[0] == 0)
        {
            return 0;
        }

        return node.InputOrNull(0)?.Constant is { DType: DType.I64, Count: 1 } count && LoopCondition.IsAlwaysTrue(node, body) ? Math.Max(0, count.Span<long>()[0]) : Dim.Unknown;
    }
}
