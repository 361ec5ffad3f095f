using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Transformers;

/// <summary>Attention as a recurrence over a state of keys by values (ONNX LinearAttention 27), with optional decay and correction of what is remembered.</summary>
internal sealed class LinearAttention : CheckedOp
{
    private const int Past = 3;
    private const int Decay = 4;
    private const int Beta = 5;

    /// <inheritdoc/>
    public override string OpType => "LinearAttention";

    private protected override int MinInputs => 3;

    private protected override int MaxInputs => 6;

    private protected override bool WidensBFloat16 => true;

    private protected override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        DType type = context.Input(0).DType;
        for (int i = 1; i < 3; i++)
        {
            type = ElementTypes.Same(node, type, context.Input(i).DType);
        }

        ElementTypes.Require(node, 0, type, DTypes.IsFloat, "floating-point elements");
        DType state = context.HasInput(Past) ? context.Input(Past).DType : type;
        Shape?[] shapes = [.. Enumerable.Range(0, MaxInputs).Select(i => context.HasInput(i) ? context.Shape(i) : null)];
        (int queryHeads, int heads, _) = Attributes(node);
        if (shapes[0] is not { } query || shapes[1] is not { } key || shapes[2] is not { } value)
        {
            context.SetOutput(0, type, null);
            context.SetOutput(1, state, null);
            return;
        }

        foreach (Shape shape in new[] { query, key, value })
        {
            if (shape.Rank != 3)
            {
                throw NodeErrors.Shape(node, $"query, key and value must have 3 axes; one of them is {shape}.");
            }
        }

        if (shapes.All(s => s is null or { IsStatic: true }))
        {
            _ = LinearAttentionSizes.Of(node, [.. shapes.Select(s => s?.ToArray())], queryHeads, heads);
        }

        context.SetOutput(0, type, new Shape(query[0], query[1], value[2].Map(n => n / heads * queryHeads)));
        context.SetOutput(1, state, new Shape(query[0], heads, query[2].Map(n => n / queryHeads), value[2].Map(n => n / heads)));
    }

    private protected override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        (int queryHeads, int heads, double scale) = Attributes(node);
        LinearAttentionSizes s = LinearAttentionSizes.Of(node, [.. Enumerable.Range(0, MaxInputs).Select(i => context.InputOrNull(i)?.Dims.ToArray())], queryHeads, heads);
        double[] query = context.Input(0).ToDoubleArray();
        double[] key = context.Input(1).ToDoubleArray();
        double[] value = context.Input(2).ToDoubleArray();
        double[] state = context.InputOrNull(Past)?.ToDoubleArray() ?? new double[s.Batch * heads * s.KeySize * s.ValueSize];
        double[]? decay = context.InputOrNull(Decay)?.ToDoubleArray();
        double[]? beta = context.InputOrNull(Beta)?.ToDoubleArray();
        double[] y = new double[s.Batch * s.Length * queryHeads * s.ValueSize];
        scale = scale == 0 ? 1 / Math.Sqrt(s.KeySize) : scale;
        for (int step = 0; step < s.Batch * s.Length * heads; step++)
        {
            context.Cancellation.ThrowIfCancellationRequested();
            int token = step / heads;
            int head = step % heads;
            Span<double> memory = state.AsSpan((((token / s.Length) * heads) + head) * s.KeySize * s.ValueSize, s.KeySize * s.ValueSize);
            for (int i = 0; i < memory.Length && decay is not null; i++)
            {
                memory[i] *= Math.Exp(decay[s.DecayPerKey ? (step * s.KeySize) + (i / s.ValueSize) : step]);
            }

            for (int v = 0; v < s.ValueSize; v++)
            {
                double written = value[(step * s.ValueSize) + v];
                if (beta is not null)
                {
                    for (int k = 0; k < s.KeySize; k++)
                    {
                        written -= memory[(k * s.ValueSize) + v] * key[(step * s.KeySize) + k];
                    }

                    written *= beta[s.SharedBeta ? token : step];
                }

                for (int k = 0; k < s.KeySize; k++)
                {
                    memory[(k * s.ValueSize) + v] += key[(step * s.KeySize) + k] * written;
                }

                for (int reader = head * (queryHeads / heads); reader < (head + 1) * (queryHeads / heads); reader++)
                {
                    double sum = 0;
                    for (int k = 0; k < s.KeySize; k++)
                    {
                        sum += query[(((token * queryHeads) + reader) * s.KeySize) + k] * memory[(k * s.ValueSize) + v];
                    }

                    y[(((token * queryHeads) + reader) * s.ValueSize) + v] = sum * scale;
                }
            }
        }

        DType stateType = (context.InputOrNull(Past) ?? context.Input(0)).DType;
        return
        [
            FloatTensors.FromDouble(node, context.Input(0).DType, y, [s.Batch, s.Length, queryHeads * s.ValueSize]),
            FloatTensors.FromDouble(node, stateType, state, [s.Batch, heads, s.KeySize, s.ValueSize]),
        ];
    }

    /// <inheritdoc/>
    public override void Lower(ILoweringContext context)
    {
        Node node = context.Node;
        ElementTypes.RequireF32Kernel(node, context.Input(0).DType);
        (int queryHeads, int heads, double scale) = Attributes(node);
        LinearAttentionSizes s = LinearAttentionSizes.Of(node, [.. Enumerable.Range(0, MaxInputs).Select(i => i < node.Inputs.Count && node.Inputs[i] is not null ? context.InputDims(i) : null)], queryHeads, heads);
        bool wantsState = node.Outputs.Count > 1 && node.Outputs[1] is not null;
        Operand? state = wantsState ? context.Output(1) : context.Scratch(DType.F32, (long)s.Batch * heads * s.KeySize * s.ValueSize);
        context.Call(
            "LinearAttention.F32",
            2L * s.Batch * s.Length * (heads + queryHeads) * s.KeySize * s.ValueSize,
            ("query", context.Input(0)),
            ("key", context.Input(1)),
            ("value", context.Input(2)),
            ("past", context.InputOrNull(Past)),
            ("decay", context.InputOrNull(Decay)),
            ("beta", context.InputOrNull(Beta)),
            ("y", context.Output()),
            ("state", state),
            ("scratch", context.Scratch(DType.F32, s.ValueSize)),
            ("batch", s.Batch),
            ("length", s.Length),
            ("queryHeads", queryHeads),
            ("heads", heads),
            ("keySize", s.KeySize),
            ("valueSize", s.ValueSize),
            ("decayPerKey", s.DecayPerKey),
            ("sharedBeta", s.SharedBeta),
            ("scale", (float)(scale == 0 ? 1 / Math.Sqrt(s.KeySize) : scale)));
    }

    private static (int QueryHeads, int Heads, double Scale) Attributes(Node node)
    {
        long queryHeads = node.Attributes.GetInt("q_num_heads", 0);
        long heads = node.Attributes.GetInt("kv_num_heads", 0);
        if (heads <= 0 || queryHeads <= 0 || queryHeads % heads != 0 || queryHeads > int.MaxValue)
        {
            throw NodeErrors.Invalid(node, $"q_num_heads {queryHeads} must be a positive multiple of kv_num_heads {heads}.");
        }

        string rule = node.Attributes.GetString("update_rule", "gated_delta");
        if (rule is not ("linear" or "gated" or "delta" or "gated_delta"))
        {
            throw NodeErrors.Attribute(node, "update_rule", rule, "It must be linear, gated, delta or gated_delta.");
        }

        bool decays = rule is "gated" or "gated_delta";
        bool corrects = rule is "delta" or "gated_delta";
        return (node.InputOrNull(Decay) is not null) == decays && (node.InputOrNull(Beta) is not null) == corrects
            ? ((int)queryHeads, (int)heads, node.Attributes.GetFloat("scale", 0))
            : throw NodeErrors.Invalid(node, $"update_rule {rule} {(decays ? "needs" : "forbids")} decay and {(corrects ? "needs" : "forbids")} beta.");
    }
}
