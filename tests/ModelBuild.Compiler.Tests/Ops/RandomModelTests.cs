using System.Collections.Concurrent;
using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Import.Onnx;

namespace ModelBuild.Compiler.Tests.Ops;

/// <summary>Whatever a model asks for, the compiler answers with a diagnostic or with a plan that agrees with the reference evaluation.</summary>
public sealed class RandomModelTests
{
    private const int Models = 10000;

    /// <summary>Sums of at most a few hundred binary32 terms, through up to three operators that may magnify an error.</summary>
    private const double Tolerance = 1e-3;

    /// <summary>A model of a few hundred elements that is still being computed then does not end.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(2);

    [Fact]
    public void ModelsAreRefusedOrComputedRight()
    {
        ConcurrentBag<string> faults = [];
        int computed = 0;
        Parallel.For(0, Models, seed =>
        {
            (string? fault, bool compiled) = Try(seed);
            if (fault is not null)
            {
                faults.Add($"seed {seed}: {fault}");
            }

            Interlocked.Add(ref computed, compiled ? 1 : 0);
        });

        Assert.True(faults.IsEmpty, $"{faults.Count} faults{Environment.NewLine}{string.Join(Environment.NewLine, faults.Order(StringComparer.Ordinal).Take(20))}");

        // Otherwise the models say nothing about values.
        Assert.InRange(computed, Models / 50, Models);
    }

    private static (string? Fault, bool Computed) Try(int seed)
    {
        RandomModel model = new(seed);
        using CancellationTokenSource deadline = new(s_limit);
        try
        {
            Graph graph = OnnxModelBuilder.Import(model.Bytes);
            TypeInference.Run(graph, deadline.Token);
            if (UnsupportedOperators.Find(graph).Any())
            {
                return ("an operator of the list is not known", false);
            }

            Tensor[] inputs = model.Inputs(graph);
            IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(graph, inputs, deadline.Token);
            Tensor[] actual = OpHarness.RunPlan(graph, inputs, deadline.Token);
            string? difference = expected[0].Type.Equals(actual[0].Type) ? OpHarness.Difference(expected[0], actual[0], Tolerance) : $"{actual[0].Type} instead of {expected[0].Type}";
            return (difference is null ? null : $"{Describe(graph)}: {difference}", true);
        }
        catch (ModelBuildException e) when (e.Diagnostics.All(d => !d.Descriptor.Code.StartsWith("MDB9", StringComparison.Ordinal)))
        {
            return (null, false);
        }
        catch (Exception e)
        {
            string[] lines = e.ToString().Split('\n');
            return ($"{string.Join(" | ", lines.Take(4).Select(l => l.Trim()))} {Nodes(model)}", false);
        }
    }

    private static string Nodes(RandomModel model) => string.Join(" ; ", ModelProto.Parser.ParseFrom(model.Bytes).Graph.Node.Select(n => n.ToString()));

    private static string Describe(Graph graph) => GraphPrinter.Print(graph).ReplaceLineEndings(" ; ");
}
