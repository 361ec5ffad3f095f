using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Onnx.Upgrades;

/// <summary>The old meaning of Scan.</summary>
internal static class ScanUpgrades
{
    /// <summary>
    /// Before opset 9 the first axis of every operand was a batch, and each of its items was scanned by itself: a Scan over the batch whose body is the Scan of one item.
    /// Lengths of sequences came first.
    /// </summary>
    public static void Batched(PendingNode node)
    {
        if (node.Input(0) is not null)
        {
            throw node.Unsupported("sequence_lens", "Export the model with sequences of one length, or with opset 9 or later.");
        }

        if (!node.Attributes.TryGet("body", out GraphAttribute? body) || node.Inputs.Count < 2)
        {
            // What is missing is an error of the operator's definition.
            return;
        }

        Graph item = new(node.Graph.Operators, "item") { SourceOpset = node.Graph.SourceOpset };
        foreach (KeyValuePair<string, long> opset in body.Value.Opsets)
        {
            item.Opsets[opset.Key] = opset.Value;
        }

        node.Inputs.RemoveAt(0);
        Value[] inputs = [.. node.Inputs.Select((v, i) => item.AddInput($"{node.Name}/item{i}", v is { Type: { Shape: { Rank: > 0 } shape } type } ? new TensorType(type.DType, new Shape(shape.Skip(1))) : TensorType.Unknown))];
        AttributeMap attributes = new() { { "body", body }, { "num_scan_inputs", node.Attributes.GetInt("num_scan_inputs", 0) } };
        if (node.Attributes.GetInts("directions") is { } directions)
        {
            attributes.Add("scan_input_directions", directions);
        }

        string[] names = [.. Enumerable.Range(0, body.Value.Outputs.Count).Select(i => $"{node.Name}/result{i}")];
        foreach (Value? output in item.AddNode("", "Scan", $"{node.Name}/item", inputs, names, attributes).Outputs)
        {
            item.AddOutput(output!.Name, output);
        }

        node.Attributes.Remove("directions");
        node.Attributes["body"] = new GraphAttribute(item);
        node.Attributes["num_scan_inputs"] = new IntAttribute(node.Inputs.Count);
    }
}
