using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.InteropServices;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>Emits one small method per plan step that calls the kernel with spans over plan memory; reflection cannot pass spans.</summary>
internal static class StepBinder
{
    /// <summary>Copies a literal list to memory that outlives the method and returns its address.</summary>
    public delegate nint LiteralStore(ReadOnlySpan<byte> bytes);

    /// <summary>Binds one step.</summary>
    /// <param name="literals">Keeps literal lists.</param>
    /// <param name="strings">Handle of the call's <see cref="CallerStrings"/>.</param>
    /// <param name="counts">Where counted sizes are written, 64-bit integers.</param>
    /// <exception cref="InvalidOperationException">An argument does not fit its parameter.</exception>
    public static BoundStep Bind(PlanStep step, LiteralStore literals, nint strings, nint counts)
    {
        MethodInfo kernel = KernelCatalog.Find(step.Kernel);
        if (kernel.IsGenericMethodDefinition)
        {
            kernel = kernel.MakeGenericMethod(InferTypeArguments(kernel, step));
        }

        DynamicMethod method = new(step.Kernel, typeof(void), [typeof(nint), typeof(nint), typeof(nint), typeof(nint)], typeof(StepBinder).Module, skipVisibility: false);
        ILGenerator il = method.GetILGenerator();
        ParameterInfo[] parameters = kernel.GetParameters();
        if (parameters.Length != step.Arguments.Count)
        {
            throw new InvalidOperationException($"Kernel '{step.Kernel}' has {parameters.Length} parameters, the plan gives {step.Arguments.Count}.");
        }

        bool isCounted = step.Count >= 0;
        if (isCounted)
        {
            il.Emit(OpCodes.Ldc_I8, (long)counts + (step.Count * sizeof(long)));
            il.Emit(OpCodes.Conv_I);
        }

        foreach (ParameterInfo parameter in parameters)
        {
            PlanArgument argument = step.Arguments[parameter.Position];
            if (argument.Name != parameter.Name)
            {
                throw new InvalidOperationException($"Kernel '{step.Kernel}' has a parameter '{parameter.Name}' where the plan says '{argument.Name}'.");
            }

            EmitArgument(il, parameter.ParameterType, argument, literals, strings);
        }

        il.Emit(OpCodes.Call, kernel);
        if (isCounted)
        {
            il.Emit(OpCodes.Stind_I8);
        }
        else if (kernel.ReturnType != typeof(void))
        {
            il.Emit(OpCodes.Pop);
        }

        il.Emit(OpCodes.Ret);
        return method.CreateDelegate<BoundStep>();
    }

    private static Type[] InferTypeArguments(MethodInfo kernel, PlanStep step)
    {
        Dictionary<Type, Type> found = [];
        foreach (ParameterInfo parameter in kernel.GetParameters())
        {
            Type type = parameter.ParameterType;
            if (type.IsGenericType && type.GetGenericArguments()[0] is { IsGenericMethodParameter: true } argument && step.Arguments[parameter.Position] is OperandArgument operand)
            {
                found[argument] = PlanElementTypes.ToClrType(operand.Operand.Type);
            }
        }

        return [.. kernel.GetGenericArguments().Select(a => found.TryGetValue(a, out Type? type)
            ? type
            : throw new InvalidOperationException($"The type {a.Name} of kernel '{step.Kernel}' does not follow from its operands."))];
    }

    private static void EmitArgument(ILGenerator il, Type parameter, PlanArgument argument, LiteralStore literals, nint strings)
    {
        switch (argument)
        {
            case OperandArgument { Operand: { Type: PlanElementType.String } port }:
                bool isInput = port.Memory == PlanMemory.Input && parameter == typeof(ReadOnlySpan<string>);
                if (!isInput && !(port.Memory == PlanMemory.Output && parameter == typeof(Span<string>)))
                {
                    throw new InvalidOperationException($"Strings in {port.Memory} do not fit a parameter of type {parameter}.");
                }

                EmitStrings(il, isInput ? nameof(CallerStrings.Input) : nameof(CallerStrings.Output), strings, port.Index);
                break;
            case StringsArgument when parameter == typeof(StringTable):
                EmitStrings(il, nameof(CallerStrings.TableOf), strings, null);
                break;
            case OperandArgument operand:
                EmitOperand(il, parameter, operand.Operand);
                break;
            case AbsentArgument:
                LocalBuilder empty = il.DeclareLocal(parameter);
                il.Emit(OpCodes.Ldloca, empty);
                il.Emit(OpCodes.Initobj, parameter);
                il.Emit(OpCodes.Ldloc, empty);
                break;
            case IntArgument value when parameter == typeof(int):
                il.Emit(OpCodes.Ldc_I4, value.Value);
                break;
            case IntArgument value when parameter == typeof(long):
                il.Emit(OpCodes.Ldc_I8, (long)value.Value);
                break;
            case LongArgument value when parameter == typeof(long):
                il.Emit(OpCodes.Ldc_I8, value.Value);
                break;
            case FloatArgument value when parameter == typeof(float):
                il.Emit(OpCodes.Ldc_R4, value.Value);
                break;
            case DoubleArgument value when parameter == typeof(double):
                il.Emit(OpCodes.Ldc_R8, value.Value);
                break;
            case BoolArgument value when parameter == typeof(bool):
                il.Emit(value.Value ? OpCodes.Ldc_I4_1 : OpCodes.Ldc_I4_0);
                break;
            case EnumArgument value when parameter.IsEnum && parameter.Name == value.EnumType:
                il.Emit(OpCodes.Ldc_I4, Convert.ToInt32(Enum.Parse(parameter, value.Member), System.Globalization.CultureInfo.InvariantCulture));
                break;
            case IntsArgument list when parameter == typeof(ReadOnlySpan<int>):
                EmitSpan(il, parameter, literals(MemoryMarshal.AsBytes<int>(list.Values.ToArray())), list.Values.Count);
                break;
            case LongsArgument list when parameter == typeof(ReadOnlySpan<long>):
                EmitSpan(il, parameter, literals(MemoryMarshal.AsBytes<long>(list.Values.ToArray())), list.Values.Count);
                break;
            case FloatsArgument list when parameter == typeof(ReadOnlySpan<float>):
                EmitSpan(il, parameter, literals(MemoryMarshal.AsBytes<float>(list.Values.ToArray())), list.Values.Count);
                break;
            default:
                throw new InvalidOperationException($"Argument '{argument}' does not fit a parameter of type {parameter}.");
        }
    }

    private static void EmitOperand(ILGenerator il, Type span, PlanOperand operand)
    {
        if (!span.IsGenericType || span.GetGenericArguments()[0] != PlanElementTypes.ToClrType(operand.Type))
        {
            throw new InvalidOperationException($"An operand of {operand.Type} does not fit a parameter of type {span}.");
        }

        switch (operand.Memory)
        {
            case PlanMemory.Input:
            case PlanMemory.Output:
                il.Emit(operand.Memory == PlanMemory.Input ? OpCodes.Ldarg_0 : OpCodes.Ldarg_1);
                il.Emit(OpCodes.Ldc_I4, operand.Index * sizeof(long));
                il.Emit(OpCodes.Add);
                il.Emit(OpCodes.Ldind_I);
                break;
            default:
                il.Emit(operand.Memory == PlanMemory.Arena ? OpCodes.Ldarg_2 : OpCodes.Ldarg_3);
                il.Emit(OpCodes.Ldc_I8, operand.Offset);
                il.Emit(OpCodes.Conv_I);
                il.Emit(OpCodes.Add);
                break;
        }

        il.Emit(OpCodes.Ldc_I4, checked((int)operand.Count));
        il.Emit(OpCodes.Newobj, span.GetConstructor([typeof(void*), typeof(int)])!);
    }

    private static void EmitStrings(ILGenerator il, string method, nint handle, int? index)
    {
        il.Emit(OpCodes.Ldc_I8, (long)handle);
        il.Emit(OpCodes.Conv_I);
        if (index is { } port)
        {
            il.Emit(OpCodes.Ldc_I4, port);
        }

        il.Emit(OpCodes.Call, typeof(CallerStrings).GetMethod(method, BindingFlags.Public | BindingFlags.Static)!);
    }

    private static void EmitSpan(ILGenerator il, Type span, nint address, int count)
    {
        il.Emit(OpCodes.Ldc_I8, (long)address);
        il.Emit(OpCodes.Conv_I);
        il.Emit(OpCodes.Ldc_I4, count);
        il.Emit(OpCodes.Newobj, span.GetConstructor([typeof(void*), typeof(int)])!);
    }
}
