using System;
using System.Collections.Generic;
using System.Linq;
using ModelBuild.Plan;

namespace ModelBuild.Generator.Emission;

/// <summary>The C# expression of an argument.</summary>
internal static class ArgumentText
{
    public static string Of(PredictorModel model, PlanArgument argument) => argument switch
    {
        OperandArgument operand => Operand(model, operand.Operand),
        AbsentArgument => "default",
        StringsArgument => "scratch.Strings",
        IntArgument value => NumberLiterals.Of(value.Value),
        LongArgument value => NumberLiterals.Of(value.Value) + "L",
        FloatArgument value => NumberLiterals.Of(value.Value),
        DoubleArgument value => NumberLiterals.Of(value.Value),
        BoolArgument value => value.Value ? "true" : "false",
        EnumArgument value => $"global::ModelBuild.Kernels.{PredictorModel.Escape(value.EnumType)}.{PredictorModel.Escape(value.Member)}",
        IntsArgument value => List(value.Values.Select(static item => NumberLiterals.Of(item))),
        LongsArgument value => List(value.Values.Select(static item => NumberLiterals.Of(item) + "L")),
        FloatsArgument value => List(value.Values.Select(static item => NumberLiterals.Of(item))),
        _ => throw new InvalidOperationException($"There is no C# form of '{argument.GetType().Name}'."),
    };

    private static string List(IEnumerable<string> items) => "[" + string.Join(", ", items) + "]";

    private static string Operand(PredictorModel model, PlanOperand operand)
    {
        string count = NumberLiterals.Of(operand.Count);
        if (operand.Memory is PlanMemory.Arena or PlanMemory.Weights)
        {
            string block = operand.Memory == PlanMemory.Arena ? "scratch" : "_weights";
            return $"{block}.{ElementNames.Accessor(operand.Type)}({NumberLiterals.Of(operand.Offset)}, {count})";
        }

        Port port = (operand.Memory == PlanMemory.Input ? model.Inputs : model.Outputs)[operand.Index];
        return operand.Count == port.Source.Count ? port.Name : $"{port.Name}.Slice(0, {count})";
    }
}
