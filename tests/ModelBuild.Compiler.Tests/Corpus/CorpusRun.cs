using System.Globalization;
using Microsoft.ML.OnnxRuntime;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Verification;

namespace ModelBuild.Compiler.Tests.Corpus;

/// <summary>Compiles a real model as the build does and compares its plan with ONNX Runtime on the original file.</summary>
internal static class CorpusRun
{
    /// <summary>Root mean square of the difference, relative to that of the output: the bound of issue 2 against ONNX Runtime.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>
    /// The same for single elements, relative to the largest one, as a multiple of the bound for all: deep networks magnify a rounding here and there. On YOLOX and noise ONNX Runtime itself lies 5e-5 from
    /// evaluation in binary64, a half of <see cref="Tolerance"/>; on style transfer of 720 x 720 pixels with instance normalisation it is more.
    /// </summary>
    public const double Spread = 50;

    /// <summary>ONNX Runtime rounds to binary16 after each operator, the plan computes in binary32: 2^-10 a rounding, over some tens of layers.</summary>
    public const double HalfTolerance = 2e-2;

    /// <summary>Steps of a quantised output: ties between two steps are rounded by real products there, by integers here, and grow through the layers behind.</summary>
    public const double QuantizedSteps = 3;

    // What a symbolic dimension that is no free batch is set to.
    private const long Symbol = 8;

    /// <summary>Runs one model.</summary>
    /// <param name="relative">Path relative to the data's folder.</param>
    /// <param name="sizes">Sizes of symbolic dimensions as <c>Dims</c> has them; those that are not named are <see cref="Symbol"/>, the leading one a free batch.</param>
    public static CorpusResult Of(string relative, string sizes)
    {
        string path = TestData.PathOf(relative);
        try
        {
            Graph graph = Importers.Import(path);
            DimBinder.Bind(graph, Dims(graph, sizes));
            bool half = graph.Inputs.Select(i => i.Type.DType).Concat(graph.Nodes.SelectMany(n => n.Inputs).OfType<Value>().Select(v => v.Type.DType)).Contains(DType.F16);
            bool quantized = graph.Nodes.Any(n => n.OpType == "QuantizeLinear");
            string[] inputNames = [.. graph.Inputs.Select(i => i.Name)];
            string[] outputNames = [.. graph.Outputs.Select(o => o.Name)];
            PassRunner.Run(graph, PassPipelines.Optimize, default);
            PassRunner.Run(graph, PassPipelines.Lowering, default);
            using PlanInterpreter interpreter = new(Planner.Plan(graph));

            // The second sample is from 0 to 1, as pictures are.
            IReadOnlyList<Tensor> inputs = SeededInputs.Make(graph, 2)[1];
            Tensor[] actual = interpreter.Run([.. inputs]);
            return Compare(relative, OnnxRuntimeReference.RunFile(path, inputNames, outputNames, inputs, graph.InputKeys), actual, half ? HalfTolerance : quantized ? QuantizedSteps / 255 : Tolerance);
        }
        catch (ModelBuildException e) when (!e.Diagnostics[0].Descriptor.Code.StartsWith("MDB9", StringComparison.Ordinal))
        {
            return new CorpusResult(relative, e.Diagnostics[0].Descriptor.Code, e.Diagnostics[0].Message);
        }
        catch (OnnxRuntimeException e)
        {
            return new CorpusResult(relative, CorpusResult.NoReferee, e.Message.Split('\n')[0]);
        }
        catch (Exception e)
        {
            return new CorpusResult(relative, CorpusResult.Fault, e.ToString());
        }
    }

    private static Dictionary<string, long?> Dims(Graph graph, string sizes)
    {
        Dictionary<string, long?> dims = new(StringComparer.Ordinal);
        string? batch = graph.Inputs.Count > 0 && graph.Inputs[0].Type.Shape is [{ IsSymbolic: true } first, ..] ? first.Symbol : null;
        foreach (Dim dim in graph.Inputs.SelectMany(i => i.Type.Shape ?? Shape.Scalar).Where(d => d.IsSymbolic && d.Symbol != batch))
        {
            dims[dim.Symbol!] = Symbol;
        }

        foreach (string[] entry in sizes.Split(';', StringSplitOptions.RemoveEmptyEntries).Select(e => e.Split('=')))
        {
            dims[entry[0]] = long.Parse(entry[1], CultureInfo.InvariantCulture);
        }

        return dims;
    }

    private static CorpusResult Compare(string model, Tensor?[] expected, Tensor[] actual, double tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            // Maps of ai.onnx.ml become numbers and labels, which other tests compare.
            if (expected[i] is { } output && Difference(output, actual[i], tolerance) is { } difference)
            {
                return new CorpusResult(model, CorpusResult.Fault, $"output {i}: {difference}");
            }
        }

        return new CorpusResult(model, CorpusResult.Pass, "");
    }

    private static string? Difference(Tensor expected, Tensor actual, double tolerance)
    {
        if (!expected.Type.Equals(actual.Type))
        {
            return $"is {actual.Type}, not {expected.Type}";
        }

        if (expected.DType == DType.String)
        {
            return expected.Bytes.SequenceEqual(actual.Bytes) ? null : $"is '{string.Join("', '", actual.ToStringArray().Take(4))}', not '{string.Join("', '", expected.ToStringArray().Take(4))}'";
        }

        double[] e = expected.ToDoubleArray();
        double[] a = actual.ToDoubleArray();
        if (expected.DType is DType.I8 or DType.U8)
        {
            tolerance = QuantizedSteps / Math.Max(1, e.Max(Math.Abs));
        }

        double square = 0;
        double worst = 0;
        for (int i = 0; i < e.Length; i++)
        {
            double difference = e[i].Equals(a[i]) ? 0 : Math.Abs(e[i] - a[i]);
            if (!double.IsFinite(difference))
            {
                return $"element {i}: {e[i]:G9} expected, {a[i]:G9} computed";
            }

            worst = Math.Max(worst, difference);
            square += difference * difference;
        }

        double mean = Math.Sqrt(square / Math.Max(1, e.Length));
        double scale = Math.Max(1e-3, Math.Sqrt(e.Select(v => double.IsFinite(v) ? v * v : 0).DefaultIfEmpty(0).Average()));
        double largest = Math.Max(1e-3, e.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
        return mean <= tolerance * scale && worst <= Math.Min(0.1, Spread * tolerance) * largest ? null : $"differs by {mean / scale:G3} of its root mean square, at most by {worst / largest:G3} of its largest element";
    }
}
