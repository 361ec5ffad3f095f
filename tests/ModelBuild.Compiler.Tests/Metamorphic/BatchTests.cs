using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Tests.Differential;

namespace ModelBuild.Compiler.Tests.Metamorphic;

/// <summary>A batch of n computes what n batches of one do.</summary>
public sealed class BatchTests
{
    private const int Batch = 3;
    private const int Graphs = 150;

    /// <summary>One row and several go through different kernels, which add in another order: a tenth of the bound against ONNX Runtime.</summary>
    private const double Tolerance = DifferentialRun.Tolerance / 10;

    /// <summary>Fewer would mean that the models with a free batch were not found.</summary>
    private const int LeastModels = 20;

    /// <summary>Its leading axis is time.</summary>
    private const string Sequence = "onnx-ml/tract/qlstm_3-2-3_T3_S1/model.onnx";

    [RealModelFact]
    public void RealModels()
    {
        string[] models = [.. MetamorphicModels.Real.AsParallel().AsOrdered().Where(m => m != Sequence && HasFreeBatch(m))];
        Assert.True(models.Length >= LeastModels, string.Join('\n', models));
        Report([.. models.AsParallel().AsOrdered().Select(model => (model, Difference(batch => MetamorphicModels.Load(model, batch))))]);
    }

    [Fact]
    public void DrawnNetworks() => Report([.. Enumerable.Range(0, Graphs).AsParallel().AsOrdered().Select(seed => ($"seed {seed}", Difference(batch => BatchedNetwork.Draw(seed, batch))))]);

    private static void Report((string Name, string? Difference)[] results)
    {
        string[] faults = [.. results.Where(r => r.Difference is not null).Select(r => $"{r.Name}: {r.Difference}")];
        Assert.True(faults.Length == 0, $"{faults.Length} faults\n{string.Join('\n', faults)}");
    }

    private static string? Difference(Func<long, Graph> make)
    {
        Graph whole = make(Batch);
        Tensor[] inputs = [.. MetamorphicModels.InputsOf(whole)];
        Tensor[] together = MetamorphicModels.Run(MetamorphicModels.Compile(whole, PassPipelines.Optimize, PassPipelines.Lowering), inputs);
        for (int n = 0; n < Batch; n++)
        {
            Tensor[] alone = MetamorphicModels.Run(MetamorphicModels.Compile(make(1), PassPipelines.Optimize, PassPipelines.Lowering), [.. inputs.Select(i => Item(i, n))]);
            if (DifferentialRun.Difference(alone, [.. together.Select(t => Item(t, n))], Tolerance) is { } difference)
            {
                return $"item {n}, {difference}";
            }
        }

        return null;
    }

    private static Tensor Item(Tensor tensor, int index)
    {
        int length = tensor.Bytes.Length / Batch;
        return new Tensor(tensor.DType, [1, .. tensor.Dims[1..]], tensor.Bytes.Slice(index * length, length).ToArray());
    }

    // Every input and output leads with one symbol, and the model compiles.
    private static bool HasFreeBatch(string model)
    {
        try
        {
            Graph graph = MetamorphicModels.Load(model, Batch);
            _ = MetamorphicModels.Compile(graph, PassPipelines.Optimize, PassPipelines.Lowering);
            Graph one = MetamorphicModels.Load(model);
            return graph.Inputs.All(i => i.Type.Shape is { Rank: > 0 } s && s[0] == new Dim(Batch)) && graph.Outputs.All(o => o.Value.Type.Shape is { Rank: > 0 } s && s[0] == new Dim(Batch))
                && one.Outputs.All(o => o.Value.Type.Shape is { Rank: > 0 } s && s[0] == new Dim(1));
        }
        catch (ModelBuildException)
        {
            return false;
        }
    }
}
