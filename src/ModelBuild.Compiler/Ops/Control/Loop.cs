using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Control;

/// <summary>ONNX Loop-21: a body that runs a number of times, or while its condition holds.</summary>
internal sealed class Loop(bool isClosed) : IteratedOp(isClosed), ICountedOp
{
    private const int OwnInputCount = 2;

    /// <summary>A loop that runs longer while the model is built is taken for one that never ends.</summary>
    private const long MaxIterations = 1_000_000;

    /// <summary>Slices of a loop that its condition ends are kept in memory for the most iterations up to this size.</summary>
    private const int MostKeptBytes = 1 << 22;

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
    public IReadOnlyList<CountRange>? CountsOf(Node node)
    {
        int carried = CarriedCount(node);
        bool isStacked = node.Outputs.Index().All(o => o.Item is null || (o.Index < carried ? o.Item.Type.IsStatic : o.Item.Type.Shape is { } shape && shape.Skip(1).All(d => d.IsKnown)));
        return isStacked && !IsEndless(node) ? [new(0, Most(node))] : null;
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        Graph body = Subgraph(node, Body);
        if (IsEndless(node))
        {
            throw NodeErrors.Invalid(node, "would never end: it has neither a number of iterations nor a condition that changes.");
        }

        bool isComputed = !LoopCondition.IsAlwaysTrue(node, body);
        if (!context.IsCounted || LoopCondition.IsSettledByFirst(body))
        {
            context.Count(0, "Counts.Iterations", ("x", context.InputOrNull(0)), ("condition", context.InputOrNull(1)));
            Run(context, context.Constant(0)?.ToInt64Array().Single(), context.InputOrNull(0), isComputed, null, i => (context.Output(i), Length(node, i)));
            return;
        }

        // How often it runs is only known when it has ended.
        Operand completed = context.Scratch(DType.I64, 1)!;
        Copy(context, context.Weights(Tensor.Scalar(0L)), completed);
        (int Output, Operand Memory)[] kept = Kept(context);
        Run(context, Most(node), context.InputOrNull(0), isComputed, completed, kept.Length == 0 ? null : i => (kept.Single(k => k.Output == i).Memory, Literals.Int(node, Most(node)!.Value)));
        context.Count(0, "Counts.Element", ("x", completed), ("index", 0));
        foreach ((int output, Operand memory) in kept)
        {
            context.Call("Counts.Take", 0, ("x", memory), ("y", context.Output(output)));
        }

        if (kept.Length == 0)
        {
            Run(context, StackedLength(node), null, isComputed: false, null, i => (context.Output(i), Length(node, i)));
        }
    }

    // Room for the slices of the most iterations, where that is little; else none, and the loop runs once more when their number is known.
    private (int Output, Operand Memory)[] Kept(ILoweringContext context)
    {
        Node node = context.Node;
        int[] stacked = [.. Enumerable.Range(CarriedCount(node), node.Outputs.Count - CarriedCount(node)).Where(i => node.Outputs[i] is not null)];
        Int128 bytes = 0;
        foreach (int i in stacked)
        {
            bytes += (Int128)(Most(node) ?? long.MaxValue) * SliceCount(node, i) * DTypes.SizeOf(node.Outputs[i]!.Type.DType);
        }

        return bytes > MostKeptBytes ? [] : [.. stacked.Select(i => (i, context.Scratch(node.Outputs[i]!.Type.DType, Math.Max(1, Most(node)!.Value * SliceCount(node, i)))!))];
    }

    // The steps of all iterations. Where there is memory for a counter, it tells how many there were; where slices have no place, they are left out.
    private void Run(ILoweringContext context, long? most, Operand? computedMost, bool isComputed, Operand? completed, Func<int, (Operand Memory, int Length)>? stack)
    {
        Node node = context.Node;
        Graph body = Subgraph(node, Body);
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
        context.BeginLoop(most is { } known ? Math.Max(0, known) : null, computedMost, condition, iteration);
        context.Bind(body.Inputs[0], iteration);
        context.Bind(body.Inputs[1], condition ?? truth);
        foreach (Carried item in carried)
        {
            context.Bind(item.Input, item.Memory);
        }

        BindCaptures(context, body);
        context.LowerSubgraph(body);
        for (int i = CarriedCount(node); i < node.Outputs.Count && stack is not null; i++)
        {
            if (node.Outputs[i] is { } output)
            {
                RequireStatic(node, output);
                (Operand memory, int length) = stack(i);
                context.Call(
                    "LoopSlice.Put", 0, ("x", context.OperandOf(body.Outputs[1 + i].Value)), ("iteration", iteration), ("y", memory),
                    ("length", length), ("outer", 1), ("inner", SliceCount(node, i)), ("reverse", false));
            }
        }

        if (completed is not null)
        {
            context.Call("LoopSlice.Complete", 0, ("iteration", iteration), ("completed", completed));
        }

        HandOn(context, handed);
        context.EndBlock();
    }

    private static int SliceCount(Node node, int output) => Literals.Int(node, Subgraph(node, Body).Outputs[1 + output].Value.Type.Shape!.ElementCount);

    private static int Length(Node node, int output) => Literals.Int(node, node.Outputs[output]!.Type.Shape![0].Value);

    private long StackedLength(Node node) => node.Outputs.Skip(CarriedCount(node)).First(o => o is not null)!.Type.Shape![0].Value;

    private static bool IsEndless(Node node) => node.InputOrNull(0) is null && LoopCondition.IsAlwaysTrue(node, Subgraph(node, Body));

    // Exporters write the greatest number there is for a loop that its condition ends.
    private static long? Most(Node node) => node.InputOrNull(0)?.Constant is { DType: DType.I64, Count: 1 } most && most.Span<long>()[0] <= int.MaxValue ? Math.Max(0, most.Span<long>()[0]) : null;

    private static Dim Iterations(Node node, Graph body)
    {
        if (node.InputOrNull(1)?.Constant is { DType: DType.Bool, Count: 1 } first && first.Bytes[0] == 0)
        {
            return 0;
        }

        return node.InputOrNull(0)?.Constant is { DType: DType.I64, Count: 1 } count && LoopCondition.IsAlwaysTrue(node, body) ? Math.Max(0, count.Span<long>()[0]) : Dim.Unknown;
    }
}
