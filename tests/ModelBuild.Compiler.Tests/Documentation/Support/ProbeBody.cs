using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Output;
using Kind = ModelBuild.Compiler.Import.Onnx.Wire.AttributeProto.Types.AttributeType;

namespace ModelBuild.Compiler.Tests.Documentation.Support;

/// <summary>Subgraphs of probes.</summary>
internal static class ProbeBody
{
    /// <summary>A subgraph that hands on: inputs as names, types and sizes (<c>i:int64[]</c>), and behind <c>></c> the inputs that are its outputs, or constants (<c>V=~3</c>).</summary>
    public static AttributeProto Write(string name, string text, IReadOnlyDictionary<string, DType> types)
    {
        GraphProto body = new() { Name = name };
        string[] parts = text.Split('>');
        foreach (string input in parts[0].Split(';', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pieces = input.Split(':');
            ProbeOperand operand = ProbeOperand.Parse(pieces[1])!;
            body.Input.Add(ProbeModel.Info(pieces[0], ProbeModel.TypeOf(operand.Type, types), operand.Dims));
        }

        foreach (string output in parts[1].Split(';'))
        {
            NodeProto node = new() { Name = $"{name}{body.Output.Count}", OpType = output.Contains('=', StringComparison.Ordinal) ? "Constant" : "Identity" };
            if (node.OpType == "Identity")
            {
                node.Input.Add(output);
            }
            else
            {
                ProbeOperand operand = ProbeOperand.Parse(output)!;
                node.Attribute.Add(new AttributeProto { Name = "value", Type = Kind.Tensor, T = OnnxWriter.TensorOf(operand.ToTensor(ProbeModel.TypeOf(operand.Type, types)), "") });
            }

            node.Output.Add($"{name}_y{body.Output.Count}");
            body.Node.Add(node);
            body.Output.Add(new ValueInfoProto { Name = node.Output[0] });
        }

        return new AttributeProto { Name = name, Type = Kind.Graph, G = body };
    }
}
