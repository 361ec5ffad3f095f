using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;

namespace ModelBuild.Compiler.Tests.Ops;

/// <summary>Operators that are written with others meet operands of any number, rank, type and size.</summary>
public sealed class ComposedOpTests
{
    private const int Trials = 300;

    private static readonly string[] s_attributes = ["num_heads", "q_num_heads", "kv_num_heads", "axis", "transA", "transB", "transBatchA", "rotary_embedding_dim", "interleaved", "is_causal", "unidirectional", "qk_matmul_output_mode"];

    private static readonly DType[] s_types = [DType.F32, DType.F32, DType.F32, DType.I32, DType.I64, DType.U8, DType.Bool, DType.F64];

    public static TheoryData<string, string> Composed
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (Op op in Operators.All.Where(o => o is ComposedOp or Einsum))
            {
                data.Add(op.Domain, op.OpType);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Composed))]
    public void AnyOperandsGiveTypesOrADiagnostic(string domain, string opType)
    {
        Random random = new(opType.Length);
        for (int trial = 0; trial < Trials; trial++)
        {
            Graph graph = Make(random, domain, opType);
            try
            {
                TypeInference.Run(graph);
                PassRunner.Run(graph, [new ExpandComposed(early: true), new ExpandComposed(early: false)], default);
            }
            catch (ModelBuildException e)
            {
                Assert.All(e.Diagnostics, d => Assert.False(d.Descriptor.Code.StartsWith("MDB9", StringComparison.Ordinal), d.Message));
            }
        }
    }

    private static Graph Make(Random random, string domain, string opType)
    {
        Graph graph = new(Operators.Set);
        List<Value?> inputs = [];
        int count = random.Next(1, 9);
        for (int i = 0; i < count; i++)
        {
            long[] dims = [.. Enumerable.Range(0, random.Next(6)).Select(_ => (long)random.Next(1, 5))];
            DType type = s_types[random.Next(s_types.Length)];
            inputs.Add(random.Next(8) switch
            {
                0 => null,
                1 or 2 => graph.AddConstant($"c{i}", new Tensor(type, dims)),
                3 => graph.AddInput($"x{i}", new TensorType(type, new Shape(dims.Select((d, axis) => random.Next(2) == 0 ? new Dim(d) : new Dim($"d{axis}"))))),
                _ => graph.AddInput($"x{i}", new TensorType(type, Shape.Of(dims))),
            });
        }

        AttributeMap attributes = [];
        foreach (string name in s_attributes.Where(_ => random.Next(3) == 0))
        {
            attributes.Add(name, random.Next(-2, 5));
        }

        if (opType == "Einsum")
        {
            attributes.Add("equation", new[] { "ij,jk->ik", "...ii->i", "a,b,c", "ii", "", "...ab,...bc", "ij->ijk", "1,2" }[random.Next(8)]);
        }

        Node node = graph.AddNode(domain, opType, "node", inputs, [.. Enumerable.Range(0, random.Next(1, 4)).Select(i => $"y{i}")], attributes);
        foreach (Value? output in node.Outputs)
        {
            graph.AddOutput(output!.Name, output);
        }

        return graph;
    }
}
