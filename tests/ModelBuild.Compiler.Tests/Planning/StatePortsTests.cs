using System.Runtime.InteropServices;
using ModelBuild.Compiler.Ir;
using ModelBuild.Compiler.Ops;
using ModelBuild.Compiler.Passes;
using ModelBuild.Compiler.Planning;
using ModelBuild.Compiler.Tests.Ops;

namespace ModelBuild.Compiler.Tests.Planning;

/// <summary>State that a model takes in and gives out, in one buffer for both.</summary>
public sealed class StatePortsTests
{
    private const int Calls = 5;

    [Theory]
    [InlineData("forward")]
    [InlineData("bidirectional")]
    public void AnLstmKeepsItsStateInOneBuffer(string direction)
    {
        Random random = new(1);
        int directions = direction == "forward" ? 1 : 2;
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(2, 1, 3)));
        Value h = graph.AddInput("h", new TensorType(DType.F32, Shape.Of(directions, 1, 5)));
        Value c = graph.AddInput("c", new TensorType(DType.F32, Shape.Of(directions, 1, 5)));
        Value w = graph.AddConstant("w", PlanAgainstReference.Filled(random, directions, 20, 3));
        Value r = graph.AddConstant("r", PlanAgainstReference.Filled(random, directions, 20, 5));
        Node node = graph.AddNode("", "LSTM", "lstm", [x, w, r, null, null, h, c], ["y", "h2", "c2"], new AttributeMap { { "direction", direction } });
        foreach (Value? output in node.Outputs)
        {
            graph.AddOutput(output!.Name, output);
        }

        CheckShared(graph, states: 2, random);
    }

    [Fact]
    public void StatesThatChangePlacesSurvive()
    {
        Graph graph = new(Operators.Set);
        Value a = graph.AddInput("a", new TensorType(DType.F32, Shape.Of(4)));
        Value b = graph.AddInput("b", new TensorType(DType.F32, Shape.Of(4)));
        graph.AddOutput("a2", graph.Add("Identity", "a2", [b]));
        graph.AddOutput("b2", graph.Add("Identity", "b2", [a]));
        CheckShared(graph, states: 2, new Random(1), data: 0);
    }

    [Fact]
    public void AStateThatIsReadLateIsNotOverwrittenEarly()
    {
        // The first state's next value is ready long before the last read of both.
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(4)));
        Value a = graph.AddInput("a", new TensorType(DType.F32, Shape.Of(4)));
        Value b = graph.AddInput("b", new TensorType(DType.F32, Shape.Of(4)));
        Value a2 = graph.Add("Sin", "a2", [b]);
        Value t = graph.Add("Mul", "t", [graph.Add("Cos", "t0", [x]), a]);
        Value b2 = graph.Add("Sub", "b2", [t, b]);
        graph.AddOutput("y", graph.Add("Add", "y", [t, a]));
        graph.AddOutput("a2", a2);
        graph.AddOutput("b2", b2);
        CheckShared(graph, states: 2, new Random(1));
    }

    [Fact]
    public void WhatMayBeDoneInPlaceNeedsNoCopy()
    {
        Graph graph = new(Operators.Set);
        Value x = graph.AddInput("x", new TensorType(DType.F32, Shape.Of(3)));
        Value a = graph.AddInput("a", new TensorType(DType.F32, Shape.Of(4)));
        graph.AddOutput("y", graph.Add("Neg", "y", [x]));
        graph.AddOutput("a2", graph.Add("Exp", "a2", [a]));
        CompiledModel model = CheckShared(graph, states: 1, new Random(1));
        Assert.Equal(2, model.Plan.Steps.Count);
    }

    /// <summary>Runs the plan several times with the last inputs and outputs in one buffer each, against the reference evaluation.</summary>
    /// <param name="data">Inputs before the states; as many outputs stand before theirs.</param>
    private static unsafe CompiledModel CheckShared(Graph graph, int states, Random random, int data = 1)
    {
        TypeInference.Run(graph);
        Graph lowered = GraphClone.Clone(graph);
        PassRunner.Run(lowered, PassPipelines.Optimize, default);
        PassRunner.Run(lowered, PassPipelines.Lowering, default);
        CompiledModel model = Planner.Plan(lowered);
        using PlanInterpreter interpreter = new(model);
        nint[] inputs = [.. graph.Inputs.Select(i => Allocate(i.Type))];
        nint[] outputs = [.. graph.Outputs.Select((o, i) => i < data ? Allocate(o.Value.Type) : inputs[i])];
        Tensor[] current = [.. graph.Inputs.Select(i => PlanAgainstReference.Filled(random, i.Type.Shape!.ToArray()))];
        for (int i = data; i < data + states; i++)
        {
            Write(current[i], inputs[i]);
        }

        for (int call = 0; call < Calls; call++)
        {
            for (int i = 0; i < data; i++)
            {
                current[i] = PlanAgainstReference.Filled(random, current[i].Dims.ToArray());
                Write(current[i], inputs[i]);
            }

            IReadOnlyList<Tensor> expected = ReferenceEvaluator.Run(graph, current);
            interpreter.Run(inputs, outputs);
            for (int i = 0; i < outputs.Length; i++)
            {
                Tensor actual = Tensor.Create<float>(new ReadOnlySpan<float>((void*)outputs[i], expected[i].Count), expected[i].Dims);
                Assert.Null(OpHarness.Difference(expected[i], actual));
            }

            for (int i = data; i < data + states; i++)
            {
                current[i] = expected[i];
            }
        }

        foreach (nint block in inputs.Concat(outputs).Distinct())
        {
            NativeMemory.AlignedFree((void*)block);
        }

        return model;
    }

    private static unsafe nint Allocate(TensorType type) => (nint)NativeMemory.AlignedAlloc((nuint)(type.Shape!.ElementCount * sizeof(float)) + 64, 64);

    private static unsafe void Write(Tensor tensor, nint target) => tensor.Bytes.CopyTo(new Span<byte>((void*)target, tensor.Bytes.Length));
}
