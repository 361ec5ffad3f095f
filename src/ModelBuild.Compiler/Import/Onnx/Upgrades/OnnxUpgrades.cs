namespace ModelBuild.Compiler.Import.Onnx.Upgrades;

/// <summary>Every operator of the default domain whose form or meaning changed before opset 21, in the order of application.</summary>
internal static class OnnxUpgrades
{
    /// <summary>All upgrades; those of one operator in rising opsets.</summary>
    public static IReadOnlyList<Upgrade> All { get; } =
    [
        new("Add", 7, BroadcastUpgrades.Binary),
        new("Sub", 7, BroadcastUpgrades.Binary),
        new("Mul", 7, BroadcastUpgrades.Binary),
        new("Div", 7, BroadcastUpgrades.Binary),
        new("Pow", 7, BroadcastUpgrades.Binary),
        new("And", 7, BroadcastUpgrades.Binary),
        new("Or", 7, BroadcastUpgrades.Binary),
        new("Xor", 7, BroadcastUpgrades.Binary),
        new("Equal", 7, BroadcastUpgrades.Binary),
        new("Greater", 7, BroadcastUpgrades.Binary),
        new("Less", 7, BroadcastUpgrades.Binary),
        new("PRelu", 7, BroadcastUpgrades.PRelu),
        new("Gemm", 7, BroadcastUpgrades.Gemm),
        new("Softmax", 13, SoftmaxUpgrades.Flattened),
        new("LogSoftmax", 13, SoftmaxUpgrades.Flattened),
        new("Hardmax", 13, SoftmaxUpgrades.Flattened),
        new("BatchNormalization", 7, NormalizationUpgrades.BatchNormalization6),
        new("BatchNormalization", 9, NormalizationUpgrades.BatchNormalization8),
        new("BatchNormalization", 14, NormalizationUpgrades.BatchNormalization13),
        new("GroupNormalization", 21, NormalizationUpgrades.GroupNormalization),
        new("MeanVarianceNormalization", 9, NormalizationUpgrades.MeanVarianceNormalization),
        new("Upsample", 7, ResizeUpgrades.Upsample6),
        new("Upsample", 9, ResizeUpgrades.Upsample8),
        new("Upsample", int.MaxValue, ResizeUpgrades.Upsample9),
        new("Resize", 11, ResizeUpgrades.Resize10),
        new("Resize", int.MaxValue, ResizeUpgrades.EmptyInputs),
        new("GridSample", 20, ResizeUpgrades.GridSample),
        new("RoiAlign", 16, ResizeUpgrades.RoiAlign),
        new("Clip", 11, AttributeUpgrades.Clip),
        new("Pad", 2, AttributeUpgrades.Pad1),
        new("Pad", 11, AttributeUpgrades.Pad10),
        new("Slice", 10, AttributeUpgrades.Slice),
        new("TopK", 10, AttributeUpgrades.TopK),
        new("Dropout", 12, AttributeUpgrades.Dropout),
        new("Reshape", 5, AttributeUpgrades.Reshape),
        new("Tile", 6, AttributeUpgrades.Tile),
        new("Cast", 6, AttributeUpgrades.Cast),
        new("Concat", 4, AttributeUpgrades.Concat),
        new("Selu", 6, AttributeUpgrades.Selu),
        new("Split", 13, AttributeUpgrades.SplitSizes),
        new("Split", 18, AttributeUpgrades.SplitCount),
        new("Scatter", int.MaxValue, AttributeUpgrades.Scatter),
        new("RNN", 7, AttributeUpgrades.Recurrent),
        new("LSTM", 7, AttributeUpgrades.Recurrent),
        new("GRU", 7, AttributeUpgrades.Recurrent),
        new("DFT", 20, AttributeUpgrades.Dft),
        new("Scan", 9, ScanUpgrades.Batched),
        new("Squeeze", 13, AttributeUpgrades.Axes),
        new("Unsqueeze", 13, AttributeUpgrades.Axes),
        new("ReduceSum", 13, AttributeUpgrades.Axes),
        new("ReduceMean", 18, AttributeUpgrades.Axes),
        new("ReduceMax", 18, AttributeUpgrades.Axes),
        new("ReduceMin", 18, AttributeUpgrades.Axes),
        new("ReduceProd", 18, AttributeUpgrades.Axes),
        new("ReduceL1", 18, AttributeUpgrades.Axes),
        new("ReduceL2", 18, AttributeUpgrades.Axes),
        new("ReduceLogSum", 18, AttributeUpgrades.Axes),
        new("ReduceLogSumExp", 18, AttributeUpgrades.Axes),
        new("ReduceSumSquare", 18, AttributeUpgrades.Axes),
    ];

    private static readonly ILookup<string, Upgrade> s_byOperator = All.ToLookup(u => u.OpType, StringComparer.Ordinal);

    /// <summary>Gives a node of the default domain the meaning of the canonical opset.</summary>
    public static void Apply(PendingNode node)
    {
        // A hint to share memory with an input, in every early operator; it never changed a result.
        if (node.Version < 7)
        {
            node.Attributes.Remove("consumed_inputs");
        }

        foreach (Upgrade upgrade in s_byOperator[node.OpType])
        {
            if (node.Version < upgrade.Until)
            {
                upgrade.Apply(node);
            }
        }
    }
}
