namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>What became of one graph.</summary>
internal enum DifferentialOutcome
{
    /// <summary>Both computed the same.</summary>
    Same,

    /// <summary>The compiler refuses the graph with a code.</summary>
    Refused,

    /// <summary>ONNX Runtime refuses it, or says that it has no kernel.</summary>
    NoReferee,

    /// <summary>The results differ, or the compiler failed in another way than with a code.</summary>
    Different,
}
