using System.Reflection;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Tests;

/// <summary>Generated code with strings as input and output.</summary>
public sealed class StringExecutionTests
{
    private const string Caller = """
        using System;
        using MyApp.Models;

        internal static class Caller
        {
            internal static string[] One(EchoPredictor predictor, string[] x) => predictor.Predict(x);
            internal static void Batch(EchoPredictor predictor, int batch, string[] x, string[] y) => predictor.PredictBatch(batch, x, y);
            internal static long Allocated(EchoPredictor predictor, string[] x, string[] y)
            {
                predictor.Predict(x, y);
                long before = GC.GetAllocatedBytesForCurrentThread();
                for (int i = 0; i < 100; i++)
                {
                    predictor.Predict(x, y);
                    predictor.PredictBatch(1, x, y);
                }

                return GC.GetAllocatedBytesForCurrentThread() - before;
            }
        }
        """;

    // One string of the model's own, the empty one.
    private static readonly byte[] s_literals = [1, 0, 0, 0, 0, 0, 0, 0];

    private static readonly ExecutionPlan s_plan = SamplePlans.Digits with
    {
        ClassName = "EchoPredictor",
        ArenaBytes = 64,
        WeightsBytes = 64,
        Labels = PlanList<string>.Empty,
        Inputs = new PlanList<PlanPort>([SamplePlans.Port("text", "Text", PlanElementType.String, [1, 3], ["batch", ""])]),
        Outputs = new PlanList<PlanPort>([SamplePlans.Port("echo", "Echo", PlanElementType.String, [1, 3], ["batch", ""])]),
        Steps = new PlanList<PlanStep>(
        [
            Step("Begin", new StringsArgument("strings"), Operand("literals", PlanMemory.Weights, PlanElementType.U8, 8)),
            Step("Read", Operand("x", PlanMemory.Input, PlanElementType.String, 3), Operand("y", PlanMemory.Arena, PlanElementType.I32, 3), new StringsArgument("strings")),
            Step("Write", Operand("x", PlanMemory.Arena, PlanElementType.I32, 3), Operand("y", PlanMemory.Output, PlanElementType.String, 3), new StringsArgument("strings")),
            Step("End", new StringsArgument("strings")),
        ]),
    };

    private static readonly Lazy<Assembly> s_assembly = new(Load);

    [Fact]
    public void Strings_go_in_and_out()
    {
        Assert.Equal(["a", "", "caf\u00e9"], (string[])Call("One", Shared(), (string[])["a", "", "caf\u00e9"])!);
        string[] y = new string[6];
        Call("Batch", Shared(), 2, (string[])["a", "b", "c", "d", "e", "f"], y);
        Assert.Equal(["a", "b", "c", "d", "e", "f"], y);
        Shared().Predict(new NamedTensors { { "text", (string[])["x", "y", "z"] } }, new NamedTensors { { "echo", y } });
        Assert.Equal(["x", "y", "z", "d", "e", "f"], y);
        Assert.Equal(ElementType.String, Shared().Info.Inputs[0].Type);
    }

    [Fact]
    public void Nothing_is_allocated() => Assert.Equal(0L, Call("Allocated", Shared(), (string[])["a", "b", "c"], new string[3]));

    [Fact]
    public void Null_and_other_types_are_refused()
    {
        Assert.Throws<ArgumentException>(() => Call("One", Shared(), (string?[])["a", null, "b"]));
        Assert.Throws<ArgumentException>(() => Shared().Predict(new NamedTensors { { "text", new int[3] } }, new NamedTensors { { "echo", new string[3] } }));
        Assert.Equal(["a", "b", "c"], (string[])Call("One", Shared(), (string[])["a", "b", "c"])!);
    }

    private static OperandArgument Operand(string name, PlanMemory memory, PlanElementType type, long count) => new(name, new PlanOperand(memory, type, 0, 0, count));

    private static PlanStep Step(string method, params PlanArgument[] arguments) => new("", method, "Strings." + method, new PlanList<PlanArgument>(arguments), 0);

    private static Assembly Load()
    {
        byte[] weights = [.. s_literals, .. new byte[64 - s_literals.Length]];
        byte[] blob = WeightsHeader.CreateBlob(weights, PlanIdentity.Compute(s_plan));
        return PredictorCompilation.Load(PredictorCompilation.Of(GeneratorRun.Of(s_plan).Source, Caller), "ModelBuild.MyApp.Models.EchoPredictor.weights", blob);
    }

    private static IPredictor Shared() => (IPredictor)s_assembly.Value.GetType("MyApp.Models.EchoPredictor")!.GetProperty("Shared")!.GetValue(null)!;

    private static object? Call(string method, params object?[] arguments)
    {
        try
        {
            return s_assembly.Value.GetType("Caller")!.GetMethod(method, BindingFlags.NonPublic | BindingFlags.Static)!.Invoke(null, arguments);
        }
        catch (TargetInvocationException exception)
        {
            throw exception.InnerException!;
        }
    }
}
