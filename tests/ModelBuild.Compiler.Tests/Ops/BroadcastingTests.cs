using ModelBuild.Compiler.Diagnostics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Ops;

public sealed class BroadcastingTests
{
    private static readonly DType[] s_types = [DType.F32, DType.I32, DType.U8, DType.Bool, DType.String];

    // A product of them is refused, and what takes the shape of its first input has another result.
    private static readonly Shape s_row = Shape.Of([1L, 3L]);
    private static readonly Shape s_column = Shape.Of([2L, 1L]);
    private static readonly Shape s_common = Shape.Of([2L, 3L]);

    [Fact]
    public void AnOperatorSaysThatItBroadcastsItsInputsExactlyIfItDoes()
    {
        Op[] wrong = [.. Operators.All.Where(op => op is not IComposedOp && op.Domain != InternalDomain.Name && op.BroadcastsInputs != Broadcasts(op))];
        Assert.Empty(wrong.Select(op => op.OpType));
        Assert.Contains(Operators.All, op => op.BroadcastsInputs);
    }

    private static bool Broadcasts(Op op) => s_types.Any(type => Broadcasts(op, [new TensorType(type, s_row), new TensorType(type, s_column)])
        || Broadcasts(op, [new TensorType(DType.Bool, s_row), new TensorType(type, s_column), new TensorType(type, s_column)]));

    // Whatever the order of the shapes.
    private static bool Broadcasts(Op op, TensorType[] inputs) => IsCommon(op, inputs) && IsCommon(op, [.. inputs.Select(i => i with { Shape = i.Shape!.Equals(s_row) ? s_column : s_row })]);

    private static bool IsCommon(Op op, TensorType[] inputs)
    {
        Graph graph = new(Operators.Set, "test");
        AttributeMap attributes = op.OpType == "BitShift" ? new AttributeMap { { "direction", "LEFT" } } : new AttributeMap();
        Node node = graph.AddNode(op.Domain, op.OpType, "node", [.. inputs.Select((type, i) => graph.AddInput($"x{i}", type))], ["y"], attributes);
        graph.AddOutput("y", node.Output);
        try
        {
            TypeInference.Run(graph);
            return node.Output.Type.Shape?.Equals(s_common) == true;
        }
        catch (ModelBuildException)
        {
            return false;
        }
    }
}
