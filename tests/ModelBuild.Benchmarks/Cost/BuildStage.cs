namespace ModelBuild.Benchmarks.Cost;

/// <summary>A part of a build.</summary>
internal enum BuildStage
{
    /// <summary>The model's file to ONNX of the canonical opset.</summary>
    Convert,

    /// <summary>The exact rewrites.</summary>
    Optimize,

    /// <summary>Calibration and quantisation.</summary>
    Quantize,

    /// <summary>ONNX to plan and packed weights.</summary>
    Compile,

    /// <summary>The comparison with the source model.</summary>
    Verify,

    /// <summary>Plan to C#.</summary>
    Generate,

    /// <summary>C# to an assembly.</summary>
    Roslyn,
}
