using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>An operator of com.microsoft, the domain of ONNX Runtime, written with standard operators as soon as the model is optimised.</summary>
/// <param name="opType">Operator name.</param>
/// <param name="minInputs">Inputs that must be given.</param>
/// <param name="maxInputs">Inputs that may be given.</param>
public abstract class ContribOp(string opType, int minInputs, int maxInputs) : ComposedOp
{
    /// <summary>The domain of ONNX Runtime's own operators.</summary>
    public const string DomainName = "com.microsoft";

    /// <inheritdoc/>
    public override string OpType => opType;

    /// <inheritdoc/>
    public override string Domain => DomainName;

    private protected override int MinInputs => minInputs;

    private protected override int MaxInputs => maxInputs;

    /// <summary>Refuses a value of an attribute.</summary>
    private protected static Exception Unsupported(PartsBuilder parts, string attribute, string value, string hint) => NodeErrors.Attribute(parts.Node, attribute, value, hint + " Or set Runtime=\"onnxruntime\".");
}
