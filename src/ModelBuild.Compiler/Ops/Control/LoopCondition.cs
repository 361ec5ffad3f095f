using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Control;

/// <summary>What is known of a loop's condition before the loop runs.</summary>
internal static class LoopCondition
{
    /// <summary>True when only the number of iterations ends the loop.</summary>
    public static bool IsAlwaysTrue(Node node, Graph body)
    {
        if (node.InputOrNull(1) is { } first && !IsTrue(first))
        {
            return false;
        }

        return IsSettledByFirst(body);
    }

    /// <summary>True when the number of iterations is known before the first: the condition does not change from one to the next.</summary>
    public static bool IsSettledByFirst(Graph body)
    {
        Value value = Source(body);
        return value == body.Inputs[1] || IsTrue(value);
    }

    private static Value Source(Graph body)
    {
        Value value = body.Outputs[0].Value;
        while (value.Producer is { OpType: "Identity", Domain: "" } identity && identity.InputOrNull(0) is { } source)
        {
            value = source;
        }

        return value;
    }

    private static bool IsTrue(Value value) => value.Constant is { DType: DType.Bool, Count: 1 } constant && constant.Bytes[0] != 0;
}
