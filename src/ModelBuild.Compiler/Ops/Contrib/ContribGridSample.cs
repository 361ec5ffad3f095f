using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Contrib;

/// <summary>GridSample under the domain that it had before opset 16, with the names of modes that it had before opset 20.</summary>
internal sealed class ContribGridSample() : ContribOp("GridSample", 2, 2)
{
    private protected override Value?[] Build(PartsBuilder parts)
    {
        AttributeMap attributes = parts.Attributes.Clone();
        attributes["mode"] = new StringAttribute(parts.Attributes.GetString("mode", "bilinear") switch
        {
            "bilinear" => "linear",
            "bicubic" => "cubic",
            string other => other,
        });
        return [parts.Add("GridSample", [parts.Input(0), parts.Input(1)], attributes)];
    }
}
