using Google.Protobuf;
using ModelBuild.Compiler.Import.Onnx.Wire;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Import.Onnx;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Tests.Ops.Control;

/// <summary>Runs a model by reference evaluation, as a plan that went through its text form, and on ONNX Runtime before and after optimisation.</summary>
internal static class ControlHarness
{
    /// <summary>Asserts that all agree and returns the plan.</summary>
    public static ExecutionPlan Check(OnnxModelBuilder builder, params Tensor[][] calls)
    {
        byte[] bytes = builder.ToBytes();
        Graph graph = OnnxModelBuilder.Import(bytes);
        TypeInference.Run(graph);
        GraphVerifier.Verify(graph);
        Graph optimized = GraphClone.Clone(graph);
        PassRunner.Run(optimized, PassPipelines.Optimize, default);
        Graph lowered = GraphClone.Clone(optimized);
        PassRunner.Run(lowered, PassPipelines.Lowering, default);
        CompiledModel planned = Planner.Plan(lowered);
        CompiledModel model = planned with { Plan = planned.Plan with { ClassName = "Test" } };
        ExecutionPlan read = PlanReader.Read(PlanWriter.Write(model.Plan));
        Assert.Equal(model.Plan, read);
        using PlanInterpreter interpreter = new(model with { Plan = read });
        string[] inputs = [.. graph.Inputs.Select(i => i.Name)];
        string[] outputs = [.. graph.Outputs.Select(o => o.Name)];
        foreach (Tensor[] call in calls)
        {
            IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(graph, call);
            AssertSame(expected, interpreter.Run(call));
            AssertSame(OnnxRuntimeReference.Run(bytes, inputs, outputs, call), expected);
            AssertSame(expected, ReferenceEvaluator.Run(optimized, call));
            AssertSame(expected, OnnxRuntimeReference.Run(optimized, call));
        }

        return read;
    }

    /// <summary>A scalar or vector of 64-bit integers as an initializer.</summary>
    public static TensorProto Int64(string name, long value, bool scalar = true)
    {
        TensorProto tensor = new() { Name = name, DataType = 7, RawData = ByteString.CopyFrom(BitConverter.GetBytes(value)) };
        if (!scalar)
        {
            tensor.Dims.Add(1);
        }

        return tensor;
    }

    /// <summary>A truth value as an initializer.</summary>
    public static TensorProto Bool(string name, bool value) => new() { Name = name, DataType = 9, RawData = ByteString.CopyFrom(value ? (byte)1 : (byte)0) };

    private static void AssertSame(IReadOnlyList<Tensor> expected, IReadOnlyList<Tensor> actual)
    {
        Assert.Equal(expected.Count, actual.Count);
        for (int i = 0; i < expected.Count; i++)
        {
            Assert.Equal(expected[i].Type, actual[i].Type);
            Assert.Null(OpHarness.Difference(expected[i], actual[i]));
        }
    }
}
