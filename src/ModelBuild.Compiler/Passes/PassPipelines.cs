namespace ModelBuild.Compiler.Passes;

/// <summary>The passes in order. Each pipeline repeats until none of its passes changes the graph.</summary>
public static class PassPipelines
{
    /// <summary>Rewrites whose result is standard ONNX and equal in real numbers; the order of roundings may change, and <see cref="WidenHalf"/> drops some.</summary>
    public static IReadOnlyList<IPass> Optimize { get; } =
    [
        new CloseSubgraphs(),
        new InlineConstantIf(),
        new AlignBranchRanks(),
        new CompareSizes(),
        new WidenHalf(),
        new ExpandComposed(early: true),
        new RemoveIdentity(),
        new FoldConstants(keepQuantized: true),
        new RemoveNoOps(),
        new MergeReshapes(),
        new PushTransposes(),
        new MergeDuplicateNodes(),
        new RemoveDeadNodes(),
        new FuseLayerNormalization(),
        new FuseGelu(),
        new FuseMatMulAdd(),
        new FuseBatchNorm(),
        new FusePadIntoWindow(),
        new RemoveDeadNodes(),
    ];

    /// <summary>From standard operators to the forms that have kernels.</summary>
    public static IReadOnlyList<IPass> Lowering { get; } =
    [
        new ExpandComposed(early: false),
        new AlignBranchRanks(),
        new CompareSizes(),
        new FuseTokenizer(),
        new SurroundSigned(),
        new ShiftSignedActivations(),
        new SinkDequantize(),
        new FuseQuantizedLinear(),
        new FuseQuantizedElementwise(),
        new FuseIntegerLinear(),
        new RemoveDeadNodes(),
        new FoldConstants(keepQuantized: false),
        new FuseHardSwish(),
        new LowerGemm(),
        new DecomposeGemm(),
        new FlipConvTranspose(),
        new AssignLayout(),
        new DecomposeBatchNorm(),
        new PushTransposes(),
        new FusePlanarBlocks(),
        new PushReshapes(),
        new MergeReshapes(),
        new RemoveNoOps(),
        new RemoveDeadNodes(),
        new FoldConstants(keepQuantized: false),
        new FoldTransposeIntoGemm(),
        new FuseActivation(),
        new FuseSilu(),
        new RemoveDeadNodes(),
    ];
}
