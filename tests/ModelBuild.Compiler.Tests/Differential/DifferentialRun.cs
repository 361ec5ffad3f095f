using Microsoft.ML.OnnxRuntime;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Output;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;

namespace ModelBuild.Compiler.Tests.Differential;

/// <summary>One graph on ONNX Runtime and, imported from the same bytes, as a plan of all passes and as one without the passes that only optimise.</summary>
/// <param name="Outcome">What became of it.</param>
/// <param name="Reason">The difference, or the first code.</param>
internal sealed record DifferentialRun(DifferentialOutcome Outcome, string Reason)
{
    /// <summary>Binary32 sums in another order, through a few layers, relative to the largest element of the output: the bound of issue 2 against ONNX Runtime.</summary>
    public const double Tolerance = 1e-4;

    /// <summary>
    /// Steps that a quantised element may differ by. Where a real value lies between two steps to the last bit, ONNX Runtime's product of real scales and our rounding decide differently;
    /// a residual of two quantised values doubles that.
    /// </summary>
    public const double QuantizedSteps = 2;

    /// <summary>Part of the elements of a quantised output that may differ by so much: ties are rare.</summary>
    public const double MostTies = 0.1;

    /// <summary>What inputs are changed by to see whether rounding decides a result: four units in the last place of binary32, far less than <see cref="Tolerance"/>.</summary>
    private const float Nudge = 5e-7f;

    private const int Nudges = 4;

    /// <summary>Runs it on inputs drawn from the seed.</summary>
    public static DifferentialRun Of(Graph graph, int seed)
    {
        byte[] model = Bytes(graph);
        Tensor[] inputs = Inputs(graph, seed);
        Tensor[] expected;
        try
        {
            expected = Referee(inputs);
        }
        catch (OnnxRuntimeException e)
        {
            return new DifferentialRun(DifferentialOutcome.NoReferee, e.Message.Split('\n')[0]);
        }

        DifferentialRun whole = Compare("all passes", model, inputs, expected, Referee, [PassPipelines.Optimize, PassPipelines.Lowering]);
        return whole.Outcome == DifferentialOutcome.Same ? Compare("lowering alone", model, inputs, expected, Referee, [PassPipelines.Lowering]) : whole;

        Tensor[] Referee(Tensor[] values) => OnnxRuntimeReference.Run(model, [.. graph.Inputs.Select(i => i.Name)], [.. graph.Outputs.Select(o => o.Name)], values);
    }

    /// <summary>The graph as an ONNX file.</summary>
    public static byte[] Bytes(Graph graph)
    {
        using MemoryStream stream = new();
        OnnxWriter.Write(graph, stream);
        return stream.ToArray();
    }

    /// <summary>The first difference beyond what floating-point numbers and quantised elements may differ by, or null.</summary>
    /// <param name="expected">The outputs to compare with.</param>
    /// <param name="actual">The outputs to check.</param>
    /// <param name="tolerance">Of floating-point numbers, relative to the largest element of the output.</param>
    public static string? Difference(Tensor[] expected, Tensor[] actual, double tolerance = Tolerance)
    {
        for (int i = 0; i < expected.Length; i++)
        {
            if (!expected[i].Type.Equals(actual[i].Type))
            {
                return $"output {i} is {actual[i].Type}, not {expected[i].Type}";
            }

            if (expected[i].DType == DType.String)
            {
                if (!expected[i].ToStringArray().SequenceEqual(actual[i].ToStringArray()))
                {
                    return $"output {i}: other strings";
                }

                continue;
            }

            double[] e = expected[i].ToDoubleArray();
            double[] a = actual[i].ToDoubleArray();
            if (expected[i].DType is DType.U8 or DType.I8)
            {
                int ties = e.Zip(a, (p, q) => p != q).Count(d => d);
                int far = -1;
                for (int j = 0; j < e.Length && far < 0; j++)
                {
                    far = Math.Abs(e[j] - a[j]) > QuantizedSteps ? j : -1;
                }

                if (far >= 0 || ties > Math.Max(2, MostTies * e.Length))
                {
                    return far >= 0 ? $"output {i}, element {far}: {e[far]} expected, {a[far]} computed" : $"output {i}: {ties} of {e.Length} elements differ";
                }

                continue;
            }

            double scale = Math.Max(1, e.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max());
            for (int j = 0; j < e.Length; j++)
            {
                bool same = double.IsFinite(e[j]) ? Math.Abs(e[j] - a[j]) <= tolerance * scale : e[j].Equals(a[j]);
                if (!same)
                {
                    return $"output {i}, element {j}: {e[j]:G9} expected, {a[j]:G9} computed";
                }
            }
        }

        return null;
    }

    /// <summary>Numbers in [low, high).</summary>
    public static Tensor Filled(Random random, long[] dims, float low, float high)
    {
        Tensor tensor = new(DType.F32, dims);
        foreach (ref float value in tensor.MutableSpan<float>())
        {
            value = low + (random.NextSingle() * (high - low));
        }

        return tensor;
    }

    private static DifferentialRun Compare(string what, byte[] model, Tensor[] inputs, Tensor[] expected, Func<Tensor[], Tensor[]> referee, IReadOnlyList<IPass>[] pipelines)
    {
        try
        {
            using MemoryStream stream = new(model);
            Graph graph = new OnnxImporter(Operators.Set).Import(stream, "drawn.onnx", folder: null);
            foreach (IReadOnlyList<IPass> pipeline in pipelines)
            {
                PassRunner.Run(graph, pipeline, default);
            }

            using PlanInterpreter interpreter = new(Planner.Plan(graph));
            Tensor[] actual = interpreter.Run(inputs);
            return Difference(expected, actual) is not { } difference ? new DifferentialRun(DifferentialOutcome.Same, "")
                : IsDecidedByRounding(inputs, expected, actual, referee) ? new DifferentialRun(DifferentialOutcome.NoReferee, "Rounding decides an output.")
                : new DifferentialRun(DifferentialOutcome.Different, $"{what}: {difference}");
        }
        catch (ModelBuildException e) when (e.Diagnostics.All(d => !d.Descriptor.Code.StartsWith("MDB9", StringComparison.Ordinal)))
        {
            return new DifferentialRun(DifferentialOutcome.Refused, $"{e.Diagnostics[0].Descriptor.Code}: {e.Diagnostics[0].Message}");
        }
        catch (Exception e)
        {
            return new DifferentialRun(DifferentialOutcome.Different, $"{what}: {e.GetType().Name}: {e.Message}\n{e.StackTrace}");
        }
    }

    // A choice between values that are equal but for rounding, such as the least of several norms of 1, says nothing: ONNX Runtime's own choice changes with the last bits of the inputs.
    private static bool IsDecidedByRounding(Tensor[] inputs, Tensor[] expected, Tensor[] actual, Func<Tensor[], Tensor[]> referee)
    {
        HashSet<int> wrong = [.. Enumerable.Range(0, expected.Length).Where(i => Difference([expected[i]], [actual[i]]) is not null)];
        for (int seed = 0; seed < Nudges && wrong.Count > 0; seed++)
        {
            Random random = new(seed);
            Tensor[] nudged = referee([.. inputs.Select(i => Nudged(i, random))]);
            wrong.RemoveWhere(i => Difference([expected[i]], [nudged[i]]) is not null);
        }

        return wrong.Count == 0;
    }

    private static Tensor Nudged(Tensor tensor, Random random)
    {
        Tensor result = Filled(random, tensor.Dims.ToArray(), 1 - Nudge, 1 + Nudge);
        ReadOnlySpan<float> from = tensor.Span<float>();
        Span<float> to = result.MutableSpan<float>();
        for (int i = 0; i < to.Length; i++)
        {
            to[i] *= from[i];
        }

        return result;
    }

    private static Tensor[] Inputs(Graph graph, int seed)
    {
        Random random = new(seed);
        return [.. graph.Inputs.Select(i => Filled(random, i.Type.Shape!.ToArray(), -2, 2))];
    }
}
