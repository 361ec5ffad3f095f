using System.Text.Json;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Import.Keras;

/// <summary>Connects a model's layers as its configuration says.</summary>
/// <param name="emitter">Adds the nodes of one layer.</param>
/// <param name="file">File name for messages.</param>
/// <param name="cancellation">Polled between layers.</param>
internal sealed class KerasGraphBuilder(KerasLayerEmitter emitter, string file, CancellationToken cancellation)
{
    private readonly Dictionary<(string Layer, int Call), Value> _values = [];

    /// <summary>Builds the sorted graph.</summary>
    /// <exception cref="ModelBuildException">Layers are not supported (MDB1008, all are listed), or the configuration contradicts itself.</exception>
    public Graph Build(JsonElement model)
    {
        string kind = model.GetProperty("class_name").GetString()!;
        JsonElement config = model.GetProperty("config");
        JsonElement list = config.ValueKind == JsonValueKind.Array ? config : config.GetProperty("layers");
        KerasLayer[] layers = [.. list.EnumerateArray().Select(KerasLayer.Read)];
        Diagnostic[] unsupported = [.. layers.Where(l => !KerasLayerEmitter.Supports(l.ClassName)).GroupBy(l => l.ClassName).Select(g => Diagnostic.At(
            Descriptors.UnsupportedLayer, g.First().Name, $"Keras layer '{g.Key}' ({g.Count()}, first '{g.First().Name}') is not supported in '{file}'. {Advice(g.Key)}"))];
        if (unsupported.Length > 0)
        {
            throw new ModelBuildException(unsupported);
        }

        switch (kind)
        {
            case "Sequential":
                BuildSequential(layers);
                break;
            case "Functional" or "Model":
                BuildFunctional(layers, config);
                break;
            default:
                throw new ModelBuildException(Diagnostic.Of(Descriptors.UnsupportedLayer, $"'{file}' holds a model of class '{kind}'; Sequential and Functional models are read. Convert it to ONNX."));
        }

        Node? cycle = emitter.Graph.Sort();
        return cycle is null ? emitter.Graph : throw Damaged($"layer '{cycle.Name}' lies on a cycle.");
    }

    private static string Advice(string className) => className is "Lambda"
        ? "It holds Python code, which is never run; replace it by standard layers."
        : "Replace it by standard layers or convert the model to ONNX.";

    private void BuildSequential(KerasLayer[] layers)
    {
        if (layers.Length == 0)
        {
            throw Damaged("the model has no layers.");
        }

        Value? value = null;
        foreach (KerasLayer layer in layers)
        {
            cancellation.ThrowIfCancellationRequested();
            if (layer.ClassName == "InputLayer")
            {
                value = emitter.AddInput(layer);
                continue;
            }

            value = emitter.Emit(layer, [value ?? emitter.AddInput(layer)]);
        }

        emitter.Graph.AddOutput(layers[^1].Name, value!);
    }

    private void BuildFunctional(KerasLayer[] layers, JsonElement config)
    {
        Dictionary<string, KerasLayer> byName = layers.ToDictionary(l => l.Name, StringComparer.Ordinal);
        foreach ((string name, _) in References(config.GetProperty("input_layers")))
        {
            _values[(name, 0)] = emitter.AddInput(byName[name]);
        }

        List<(KerasLayer Layer, int Call, (string Name, int Call)[] Inputs)> waiting = [];
        foreach (KerasLayer layer in layers.Where(l => l.ClassName != "InputLayer"))
        {
            int call = 0;
            foreach (JsonElement inbound in layer.InboundNodes.EnumerateArray())
            {
                waiting.Add((layer, call++, [.. References(inbound)]));
            }
        }

        while (waiting.Count > 0)
        {
            int before = waiting.Count;
            List<(KerasLayer Layer, int Call, (string Name, int Call)[] Inputs)> later = [];
            foreach ((KerasLayer Layer, int Call, (string Name, int Call)[] Inputs) item in waiting)
            {
                cancellation.ThrowIfCancellationRequested();
                if (item.Inputs.Length > 0 && item.Inputs.All(_values.ContainsKey))
                {
                    _values[(item.Layer.Name, item.Call)] = emitter.Emit(item.Layer, [.. item.Inputs.Select(i => _values[i])]);
                }
                else
                {
                    later.Add(item);
                }
            }

            waiting = later;
            if (waiting.Count == before)
            {
                throw Damaged($"the inputs of layer '{waiting[0].Layer.Name}' do not exist.");
            }
        }

        foreach ((string Name, int Call) output in References(config.GetProperty("output_layers")))
        {
            emitter.Graph.AddOutput(output.Name, _values[output]);
        }
    }

    // Keras 2: [name, node, tensor, kwargs?] leaves in nested lists. Keras 3: objects of class __keras_tensor__ with a keras_history of the same form.
    private static IEnumerable<(string Name, int Call)> References(JsonElement element)
    {
        if (element.ValueKind == JsonValueKind.Object)
        {
            if (element.TryGetProperty("keras_history", out JsonElement history))
            {
                return References(history);
            }

            return element.EnumerateObject().SelectMany(p => References(p.Value));
        }

        if (element.ValueKind != JsonValueKind.Array)
        {
            return [];
        }

        bool isLeaf = element.GetArrayLength() >= 3 && element[0].ValueKind == JsonValueKind.String && element[1].ValueKind == JsonValueKind.Number;
        return isLeaf ? [(element[0].GetString()!, element[1].GetInt32())] : element.EnumerateArray().SelectMany(References);
    }

    private ModelBuildException Damaged(string what) => new(Diagnostic.Of(Descriptors.TruncatedModel, $"'{file}' is damaged: {what}"));
}
