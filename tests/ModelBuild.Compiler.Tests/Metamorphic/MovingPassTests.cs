using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Metamorphic;

/// <summary>Passes that only take nodes away or move data: by the reference evaluation, which no fusion changes, the outputs have the same bits before and after.</summary>
public sealed class MovingPassTests
{
    private const int Graphs = 150;

    private static readonly IPass[] s_passes = [new RemoveIdentity(), new RemoveDeadNodes(), new MergeDuplicateNodes(), new MergeReshapes(), new PushReshapes()];

    [Fact]
    public void BitsStay()
    {
        string[] faults = [.. Enumerable.Range(0, Graphs).AsParallel().AsOrdered().SelectMany(Faults)];
        Assert.True(faults.Length == 0, $"{faults.Length} faults\n{string.Join('\n', faults.Take(40))}");
    }

    private static IEnumerable<string> Faults(int seed)
    {
        Graph source = MetamorphicModels.Drawn(seed);
        TypeInference.Run(source);
        IReadOnlyList<Tensor> inputs = MetamorphicModels.InputsOf(source);
        IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(source, inputs);
        foreach (IPass pass in s_passes)
        {
            Graph graph = GraphClone.Clone(source);
            PassRunner.Run(graph, [pass], default);
            IReadOnlyList<Tensor> actual = ReferenceEvaluator.Run(graph, inputs);
            if (!expected.Zip(actual, static (e, a) => e.Type.Equals(a.Type) && e.Bytes.SequenceEqual(a.Bytes)).All(same => same))
            {
                yield return $"seed {seed}: {pass.Name}";
            }
        }
    }
}
