using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>Activation functions named by an attribute of a fused operator.</summary>
internal static class ContribActivation
{
    /// <summary>Adds the function; its parameters stand in the order of the standard operator's attributes.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The name is not known (MDB2002).</exception>
    public static Value Add(PartsBuilder parts, Value x, string name, ReadOnlySpan<float> parameters)
    {
        float first = parameters.Length > 0 ? parameters[0] : float.NaN;
        float second = parameters.Length > 1 ? parameters[1] : float.NaN;
        AttributeMap attributes = [];
        switch (name)
        {
            case "":
                return x;
            case "Relu" or "Tanh" or "Sigmoid" or "HardSwish" or "Gelu":
                break;
            case "LeakyRelu":
                attributes.Add("alpha", float.IsNaN(first) ? 0.01f : first);
                break;
            case "HardSigmoid":
                attributes.Add("alpha", float.IsNaN(first) ? 0.2f : first);
                attributes.Add("beta", float.IsNaN(second) ? 0.5f : second);
                break;
            case "Clip":
                return parts.Add("Clip", [x, float.IsNaN(first) ? null : parts.Scalar(x, first), float.IsNaN(second) ? null : parts.Scalar(x, second)]);
            default:
                throw NodeErrors.Attribute(parts.Node, "activation", name, "Clip, Gelu, HardSigmoid, HardSwish, LeakyRelu, Relu, Sigmoid and Tanh are supported. Export the model without fused operators, or set Runtime=\"onnxruntime\".");
        }

        return parts.Add(name, [x], attributes);
    }
}
