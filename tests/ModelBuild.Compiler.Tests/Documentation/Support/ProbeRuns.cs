using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Documentation.Schemas;
using ModelBuild.Compiler.Tests.Ops;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests.Documentation.Support;

/// <summary>Compiles probes of one operator, each once, and compares what they compute with the reference evaluation.</summary>
internal sealed class ProbeRuns
{
    /// <summary>Kernels compute binary16 in its own precision and bfloat16 in binary32, the reference in binary64: a few units in the last place of 11 and 8 bits.</summary>
    private const double NarrowTolerance = 0.02;

    /// <summary>A few units in the last place of 24 bits, as <c>OpHarness</c> has it.</summary>
    private const double Tolerance = 1e-5;

    // Where a variable may stand for several types, the first of these is taken while another one is tried.
    private static readonly string[] s_preferred = ["float", "int64", "uint8", "int8", "bool"];

    private readonly Dictionary<string, string?> _tried = new(StringComparer.Ordinal);
    private readonly List<string> _faults = [];

    /// <summary>What went wrong in another way than with a code, and wrong values.</summary>
    public IReadOnlyList<string> Faults => _faults;

    /// <summary>Null when a version compiles with some element types; else why it does not with the first of them.</summary>
    public string? Refusal(OnnxSchema schema, OnnxSchema newest)
    {
        string? first = null;
        foreach (Dictionary<string, DType> types in Assignments(schema))
        {
            if (Try(schema, newest, types) is not { } refusal)
            {
                return null;
            }

            first ??= refusal;
        }

        return first;
    }

    /// <summary>True when a version compiles with this element type.</summary>
    public bool Compiles(OnnxSchema schema, string variable, string type) => Known(type) && Assignments(schema).Any(types =>
    {
        types[variable] = ElementNames.Find(type);
        return Try(schema, schema, types) is null;
    });

    // Some types fit only beside certain others, or everywhere at once.
    private static IEnumerable<Dictionary<string, DType>> Assignments(OnnxSchema schema)
    {
        Dictionary<string, DType> Defaults() => schema.Types.ToDictionary(t => t.Key, t => ElementNames.Find(s_preferred.FirstOrDefault(t.Value.Contains) ?? t.Value.FirstOrDefault(Known) ?? t.Value[0]), StringComparer.Ordinal);
        yield return Defaults();
        foreach (string type in schema.Types.Values.SelectMany(t => t).Where(Known).Distinct())
        {
            Dictionary<string, DType> same = Defaults();
            foreach (string variable in schema.Types.Where(t => t.Value.Contains(type)).Select(t => t.Key))
            {
                Dictionary<string, DType> one = Defaults();
                one[variable] = same[variable] = ElementNames.Find(type);
                yield return one;
            }

            yield return same;
        }
    }

    private static bool Known(string type) => ElementNames.Find(type) != DType.Undefined;

    // Null when it compiles; else why not.
    private string? Try(OnnxSchema schema, OnnxSchema newest, Dictionary<string, DType> types)
    {
        string what = $"{schema.Domain}.{schema.Name}-{schema.Version} ({string.Join(", ", types.Select(t => $"{t.Key}={t.Value}"))})";
        return _tried.TryGetValue(what, out string? refusal) ? refusal : _tried[what] = Run(what, schema, newest, types);
    }

    private string? Run(string what, OnnxSchema schema, OnnxSchema newest, Dictionary<string, DType> types)
    {
        try
        {
            using MemoryStream stream = new(ProbeModel.Write(schema, newest, OperatorProbe.Find(schema.Domain, schema.Name, schema.Version), types));
            Graph graph = new OnnxImporter(Operators.Set).Import(stream, "probe.onnx", folder: null);
            TypeInference.Run(graph);
            if (UnsupportedOperators.Find(graph).FirstOrDefault() is { } unsupported)
            {
                return unsupported.Descriptor.Code;
            }

            Tensor[] inputs = [.. SeededInputs.Make(graph, 1)[0].Select((t, i) => graph.Inputs[i].Type.DType == DType.String ? ProbeOperand.Words(t.Dims) : t)];
            Graph lowered = GraphClone.Clone(graph);
            PassRunner.Run(lowered, PassPipelines.Optimize, default);
            PassRunner.Run(lowered, PassPipelines.Lowering, default);
            using PlanInterpreter interpreter = new(Planner.Plan(lowered));
            Tensor[] actual = interpreter.Run(inputs);
            IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(graph, inputs);
            if (Difference(expected, actual) is { } difference)
            {
                _faults.Add($"{what}: {difference}");
            }

            return null;
        }
        catch (ModelBuildException e) when (!e.Diagnostics[0].Descriptor.Code.StartsWith("MDB9", StringComparison.Ordinal))
        {
            return $"{e.Diagnostics[0].Descriptor.Code} {e.Diagnostics[0].Message}";
        }
        catch (Exception e)
        {
            _faults.Add($"{what}: {e}");
            return e.GetType().Name;
        }
    }

    private static string? Difference(IReadOnlyList<Tensor> expected, Tensor[] actual)
    {
        for (int i = 0; i < expected.Count; i++)
        {
            Tensor stored = actual[i].DType == DTypes.StorageOf(expected[i].DType) ? actual[i].As(expected[i].DType) : actual[i];
            string? difference = !stored.Type.Equals(expected[i].Type) ? $"is {stored.Type}, not {expected[i].Type}"
                : OpHarness.Difference(expected[i], stored, expected[i].DType is DType.F16 or DType.BF16 ? NarrowTolerance : Tolerance);
            if (difference is not null)
            {
                return $"output {i}: {difference}";
            }
        }

        return null;
    }
}
