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
        SizeArgument { IsLong: true } value => SizeExpression.Long(value.Value, Dim(model)),
        SizeArgument value => SizeExpression.Int(value.Value, Dim(model)),
        SizesArgument { IsLong: true } value => List(value.Values.Select(size => SizeExpression.Long(size, Dim(model)))),
        SizesArgument value => List(value.Values.Select(size => SizeExpression.Int(size, Dim(model)))),
        FloatsArgument value => List(value.Values.Select(static item => NumberLiterals.Of(item))),
        _ => throw new InvalidOperationException($"There is no C# form of '{argument.GetType().Name}'."),
    };

    private static Func<int, string> Dim(PredictorModel model) => model.Dim;

    private static string List(IEnumerable<string> items) => "[" + string.Join(", ", items) + "]";

    private static string Operand(PredictorModel model, PlanOperand operand)
    {
        string count = operand.Size is null ? NumberLiterals.Of(operand.Count) : SizeExpression.Int(operand.Size, Dim(model));
        if (operand.Memory == PlanMemory.Buffer)
        {
            int stage = model.StageOf(model.Buffers[operand.Index]);
            if (stage > 0)
            {
                int index = model.Buffers.Take(operand.Index).Count(buffer => model.StageOf(buffer) == stage);
                string memory = $"scratch.Stage({NumberLiterals.Of(stage)})";
                return $"{memory}.{ElementNames.Accessor(operand.Type)}({memory}.Offset({NumberLiterals.Of(index)}), {count})";
            }

            return $"scratch.{ElementNames.Accessor(operand.Type)}(sizes.At[{NumberLiterals.Of(operand.Index)}], {count})";
        }

        if (operand.Memory is PlanMemory.Arena or PlanMemory.Weights)
        {
            string block = operand.Memory == PlanMemory.Arena ? "scratch" : "_weights";
            return $"{block}.{ElementNames.Accessor(operand.Type)}({NumberLiterals.Of(operand.Offset)}, {count})";
        }

        Port port = (operand.Memory == PlanMemory.Input ? model.Inputs : model.Outputs)[operand.Index];
        if (model.IsCounted(port))
        {
            string written = operand.Size is null ? NumberLiterals.Of(operand.Count) + "L" : SizeExpression.Long(operand.Size, Dim(model));
            return $"global::ModelBuild.PredictorGuard.Written({port.Name}, {written}, \"{port.Parameter}\")";
        }

        bool isWhole = port.Source.IsSized ? operand.Size == port.Source.Length : operand.Size is null && operand.Count == port.Source.Count;
        return isWhole ? port.Name : $"{port.Name}.Slice(0, {count})";
    }
}
