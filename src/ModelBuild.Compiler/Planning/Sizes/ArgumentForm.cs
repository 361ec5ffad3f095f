using System.Globalization;
using System.Runtime.InteropServices;
using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>Takes a step's argument apart: its numbers, which may depend on sizes, and everything else, which must not.</summary>
internal static class ArgumentForm
{
    /// <summary>Appends the numbers of an argument in a fixed order and returns the rest as text.</summary>
    public static string Take(object? value, LoweringContext context, List<long> numbers)
    {
        switch (value)
        {
            case null:
                return "none";
            case PlannedOperand operand:
                return TakeOperand(operand, context, numbers);
            case int number:
                numbers.Add(number);
                return "int";
            case long number:
                numbers.Add(number);
                return "long";
            case int[] list:
                numbers.AddRange(list.Select(v => (long)v));
                return $"ints {list.Length}";
            case long[] list:
                numbers.AddRange(list);
                return $"longs {list.Length}";
            case float[] list:
                return "floats " + string.Join(' ', list.Select(v => BitConverter.SingleToInt32Bits(v)));
            case float number:
                return "float " + BitConverter.SingleToInt32Bits(number).ToString(CultureInfo.InvariantCulture);
            case double number:
                return "double " + BitConverter.DoubleToInt64Bits(number).ToString(CultureInfo.InvariantCulture);
            default:
                return value.ToString()!;
        }
    }

    /// <summary>The elements of a short integer constant, or null for any other memory.</summary>
    public static long[]? Integers(PlannedOperand operand, LoweringContext context)
    {
        PlanMemoryClass memory = operand.Class.Root;
        if (memory.Memory != PlanMemory.Weights || operand.Count > SizeDependence.MaxIntegers)
        {
            return null;
        }

        ReadOnlySpan<byte> bytes = context.Constants.BytesOf(memory);
        return operand.DType switch
        {
            DType.I64 => MemoryMarshal.Cast<byte, long>(bytes)[..(int)operand.Count].ToArray(),
            DType.I32 => [.. MemoryMarshal.Cast<byte, int>(bytes)[..(int)operand.Count].ToArray().Select(v => (long)v)],
            DType.Bool => [.. bytes[..(int)operand.Count].ToArray().Select(v => (long)v)],
            _ => null,
        };
    }

    private static string TakeOperand(PlannedOperand operand, LoweringContext context, List<long> numbers)
    {
        numbers.Add(operand.Count);
        PlanMemoryClass memory = operand.Class.Root;
        if (Integers(operand, context) is { } integers)
        {
            numbers.AddRange(integers);
            return $"constant {operand.DType} {integers.Length}";
        }

        return memory.Memory switch
        {
            PlanMemory.Weights => $"weights {operand.DType} {context.Constants.KeyOf(memory)}",
            PlanMemory.Arena => $"buffer {operand.DType} {context.Classes.IndexOf(memory)}",
            _ => $"{memory.Memory} {operand.DType} {memory.Index}",
        };
    }
}
