using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>Weights of a convolution in the order that its kernel reads: packed at build time where they are constant, by a step of the plan where they are computed.</summary>
internal static class PackedWeights
{
    /// <summary>Packs input 1.</summary>
    /// <param name="kernel">The packing as a step; it takes w, packed and the sizes.</param>
    /// <param name="length">Elements of the packed weights.</param>
    /// <param name="pack">The packing.</param>
    public static Operand Of(
        ILoweringContext context, string kernel, int length, Action<ReadOnlySpan<float>, Span<float>> pack, params ReadOnlySpan<(string Name, StepValue Value)> sizes)
    {
        if (context.Constant(1) is not { } constant)
        {
            Operand packed = context.Scratch(DType.F32, length)!;
            context.Call(kernel, 0, [("w", context.Input(1)), ("packed", packed), .. sizes]);
            return packed;
        }

        Tensor tensor = new(DType.F32, [length]);
        pack(constant.Span<float>(), tensor.MutableSpan<float>());
        return context.Weights(tensor);
    }
}
