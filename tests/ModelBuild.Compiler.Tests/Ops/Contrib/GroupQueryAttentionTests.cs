using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Ops.Contrib;

/// <summary>GroupQueryAttention against ONNX Runtime: prompts, single tokens behind a cache, caches that grow and caches that are written in place.</summary>
public sealed class GroupQueryAttentionTests
{
    private const int Batch = 2;
    private const int Heads = 4;
    private const int KeyHeads = 2;
    private const int Size = 32;
    private const int Longest = 12;

    public static TheoryData<string> Variants => ["", "packed", "rotary", "interleaved", "positions", "partial", "window", "softcap", "smooth", "sink", "bias", "scale"];

    [Theory]
    [MemberData(nameof(Variants))]
    public void APrompt(string variant) => Check(variant, length: 5, past: 0, total: 5, lengths: [4, 4]);

    [Theory]
    [MemberData(nameof(Variants))]
    public void ATokenBehindACacheThatGrows(string variant) => Check(variant, length: 1, past: 5, total: 6, lengths: [5, 5]);

    [Theory]
    [MemberData(nameof(Variants))]
    public void ATokenInACacheOfSequencesOfOtherLengths(string variant) => Check(variant, length: 1, past: 9, total: 7, lengths: [6, 3]);

    [Theory]
    [InlineData("rotary")]
    [InlineData("window")]
    public void APromptBehindACache(string variant) => Check(variant, length: 3, past: 4, total: 7, lengths: [6], batch: 1);

    [Fact]
    public void APromptInACacheThatIsWrittenInPlace() => Check("rotary", length: 5, past: 8, total: 5, lengths: [4, 4]);

    [Fact]
    public void TheTotalLengthMayBeAnInput()
    {
        // With a cache that is written in place.
        Tensor?[] inputs = Inputs("rotary", 1, 9, 7, [6, 3], Batch);
        ContribCheck.Run("GroupQueryAttention", Attributes("rotary"), inputs, [0, 1, 2, 3, 4, 5, 6], wanted: [0, 1, 2]);
    }

    [Fact]
    public void QueriesAndKeysAreNormalisedBeforeTheyAreRotated()
    {
        // ONNX Runtime does so on other devices only: the result must be that of operands that are normalised before.
        Tensor[] weights = [ContribCheck.Random(21, Size), ContribCheck.Random(22, Size)];
        Tensor?[] inputs = Inputs("rotary", 5, 0, 5, [4, 4], Batch);
        Tensor?[] given = [.. inputs, .. new Tensor?[14 - inputs.Length], .. weights];
        Tensor?[] normalised = [.. inputs];
        normalised[0] = Normalized(inputs[0]!, weights[0]);
        normalised[1] = Normalized(inputs[1]!, weights[1]);
        Tensor[] expected = ContribCheck.Run("GroupQueryAttention", Attributes("rotary"), normalised, [0, 1, 2, 5]);
        ContribCheck.AssertNear("normalised", expected, ContribCheck.Plan("GroupQueryAttention", Attributes("rotary"), given, [0, 1, 2, 5]), ContribCheck.Tolerance);
    }

    [Fact]
    public void WithoutCausalityEveryKeyIsSeen()
    {
        // With one query per sequence, causality hides no key.
        Tensor?[] inputs = Inputs("", 1, 9, 7, [6, 3], Batch);
        Tensor[] expected = ContribCheck.Run("GroupQueryAttention", Attributes(""), inputs, [0, 1, 2, 3, 4, 5], wanted: [0, 1, 2])[..1];
        AttributeMap attributes = Attributes("");
        attributes.Add("causal", 0L);
        ContribCheck.AssertNear("not causal", expected, ContribCheck.Plan("GroupQueryAttention", attributes, inputs, [0, 1, 2, 3, 4, 5]), ContribCheck.Tolerance);
    }

    [Fact]
    public void LengthsMayFollowFromAMask()
    {
        // As exporters write it: the lengths are sums of the mask, the total length is its size.
        Tensor?[] given = Inputs("rotary", 1, 5, 6, [5, 3], Batch);
        Tensor mask = Tensor.Create<long>([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0], Batch, 6);
        Graph graph = new(Operators.Set, "decoder");
        graph.Opsets["com.microsoft"] = 1;
        Value marks = graph.AddInput("mask", mask.Type);
        Value last = graph.Add("Sub", "last", [graph.Add("ReduceSum", "sum", [marks, Number("axis", Tensor.Vector(1L))], new AttributeMap { { "keepdims", 0L } }), Number("one", Tensor.Scalar(1L))]);
        Value total = graph.Add("Gather", "size", [graph.Add("Shape", "shape", [marks]), Number("second", Tensor.Scalar(1L))]);
        Value?[] inputs = [.. given.Select((t, i) => t is null ? null : i < 5 ? graph.AddInput($"x{i}", t.Type) : Number($"c{i}", t))];
        inputs[5] = graph.Add("Cast", "lengths", [last], new AttributeMap { { "to", (long)DType.I32 } });
        inputs[6] = graph.Add("Cast", "total", [total], new AttributeMap { { "to", (long)DType.I32 } });
        Node node = graph.AddNode("com.microsoft", "GroupQueryAttention", "node", inputs, ["y", "keys", "values"], Attributes("rotary"));
        foreach (Value? output in node.Outputs)
        {
            graph.AddOutput(output!.Name, output);
        }

        Tensor[] call = [mask, .. given.Take(5).Select(t => t!)];
        Tensor[] expected = OnnxRuntimeReference.Run(graph, call);
        TypeInference.Run(graph);
        ContribCheck.AssertNear("plan", expected, OpHarness.RunPlan(graph, call), ContribCheck.Tolerance);
        ContribCheck.AssertNear("reference", expected, ReferenceEvaluator.Run(graph, call), ContribCheck.Tolerance);

        Value Number(string name, Tensor tensor) => graph.AddConstant(name, tensor);
    }

    [Fact]
    public void WhatIsNotSupportedIsRefused()
    {
        Tensor?[] inputs = Inputs("", 5, 0, 5, [4, 4], Batch);
        Refuses(Descriptors.UnsupportedAttribute, ("sliding_window_cache", 1L));
        Refuses(Descriptors.UnsupportedAttribute, ("qk_output", 1L));
        Refuses(Descriptors.InvalidNode, ("num_heads", 3L));
        Refuses(Descriptors.ShapeMismatch, ("num_heads", 6L));
        AttributeMap quantized = Attributes("");
        quantized.Add("k_quant_type", "PER_TENSOR");
        ContribCheck.Refuses(Descriptors.UnsupportedAttribute, "GroupQueryAttention", quantized, inputs);
        inputs[6] = Tensor.Scalar(9);
        ContribCheck.Refuses(Descriptors.ShapeMismatch, "GroupQueryAttention", Attributes(""), inputs);

        void Refuses(DiagnosticDescriptor descriptor, (string Name, long Value) attribute)
        {
            AttributeMap attributes = Attributes("");
            attributes[attribute.Name] = new IntAttribute(attribute.Value);
            ContribCheck.Refuses(descriptor, "GroupQueryAttention", attributes, inputs);
        }
    }

    private static void Check(string variant, int length, int past, int total, int[] lengths, int batch = Batch)
    {
        Tensor?[] inputs = Inputs(variant, length, past, total, lengths, batch);
        int[] variables = [.. new[] { 0, 1, 2, 3, 4, 5, 9, 10 }.Where(i => i < inputs.Length && inputs[i] is not null)];
        ContribCheck.Run("GroupQueryAttention", Attributes(variant), inputs, variables, wanted: [0, 1, 2]);
    }

    private static AttributeMap Attributes(string variant)
    {
        AttributeMap attributes = new() { { "num_heads", (long)Heads }, { "kv_num_heads", (long)KeyHeads } };
        switch (variant)
        {
            case "rotary" or "partial" or "positions":
                attributes.Add("do_rotary", 1L);
                break;
            case "interleaved":
                attributes.Add("do_rotary", 1L);
                attributes.Add("rotary_interleaved", 1L);
                break;
            case "window":
                attributes.Add("local_window_size", 3L);
                break;
            case "softcap":
                attributes.Add("softcap", 0.5f);
                break;
            case "smooth":
                attributes.Add("smooth_softmax", 1L);
                break;
            case "scale":
                attributes.Add("scale", 0.7f);
                break;
        }

        return attributes;
    }

    private static Tensor?[] Inputs(string variant, int length, int past, int total, int[] lengths, int batch)
    {
        bool isPacked = variant == "packed";
        Tensor? cosines = null;
        Tensor? sines = null;
        if (variant is "rotary" or "interleaved" or "partial" or "positions")
        {
            int angles = variant == "partial" ? Size / 4 : Size / 2;
            cosines = ContribCheck.Random(5, Longest, angles);
            sines = ContribCheck.Random(6, Longest, angles);
        }

        List<Tensor?> inputs =
        [
            ContribCheck.Random(1, batch, length, (Heads + (isPacked ? 2 * KeyHeads : 0)) * Size),
            isPacked ? null : ContribCheck.Random(2, batch, length, KeyHeads * Size),
            isPacked ? null : ContribCheck.Random(3, batch, length, KeyHeads * Size),
            past == 0 ? null : Past(7, past, length, lengths, batch),
            past == 0 ? null : Past(8, past, length, lengths, batch),
            Tensor.Vector<int>(lengths), Tensor.Scalar(total), cosines, sines,
            variant == "positions" ? Tensor.Create<long>([.. Enumerable.Range(0, batch * length).Select(i => (long)(i * 5 % Longest))], batch, length) : null,
            variant == "bias" ? ContribCheck.Random(9, batch, 1, length, total) : null,
            variant == "sink" ? ContribCheck.Random(10, Heads) : null,
        ];
        return [.. inputs[..(inputs.FindLastIndex(t => t is not null) + 1)]];
    }

    // Places behind a sequence's end hold nothing that counts; ONNX Runtime clears them.
    private static Tensor Past(int seed, int past, int length, int[] lengths, int batch)
    {
        Tensor tensor = ContribCheck.Random(seed, batch, KeyHeads, past, Size);
        Span<float> values = tensor.MutableSpan<float>();
        for (int b = 0; b < batch; b++)
        {
            int used = Math.Max(0, lengths[b] + 1 - length);
            for (int head = 0; head < KeyHeads; head++)
            {
                values.Slice((((b * KeyHeads) + head) * past * Size) + (used * Size), (past - used) * Size).Clear();
            }
        }

        return tensor;
    }

    private static Tensor Normalized(Tensor x, Tensor weight)
    {
        float[] values = x.Span<float>().ToArray();
        for (int start = 0; start < values.Length; start += Size)
        {
            double scale = 1 / Math.Sqrt((Enumerable.Range(start, Size).Sum(i => (double)values[i] * values[i]) / Size) + 1e-6);
            for (int i = 0; i < Size; i++)
            {
                values[start + i] = (float)(values[start + i] * scale * weight.Span<float>()[i]);
            }
        }

        return Tensor.Create<float>(values, x.Dims);
    }
}
