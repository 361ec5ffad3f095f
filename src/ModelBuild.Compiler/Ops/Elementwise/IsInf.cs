using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Elementwise;

/// <summary>Whether an element is infinite (ONNX IsInf 20).</summary>
internal sealed class IsInf : FloatTestOp
{
    /// <inheritdoc/>
    public override string OpType => "IsInf";

    private protected override Func<double, bool> Function(AttributeMap attributes)
    {
        bool negative = Detects(attributes, "detect_negative");
        bool positive = Detects(attributes, "detect_positive");
        return x => (negative && double.IsNegativeInfinity(x)) || (positive && double.IsPositiveInfinity(x));
    }

    private protected override (string Name, StepValue Value)[] KernelLiterals(AttributeMap attributes) =>
        [("detectNegative", Detects(attributes, "detect_negative")), ("detectPositive", Detects(attributes, "detect_positive"))];

    private static bool Detects(AttributeMap attributes, string name) => attributes.GetInt(name, 1) != 0;
}
