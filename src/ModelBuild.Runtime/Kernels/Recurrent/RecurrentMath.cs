using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ModelBuild.Kernels;

/// <summary>Steps over the values of one gate, in place.</summary>
internal static unsafe class RecurrentMath
{
    /// <summary>Bounds the values to [-clip, clip], where <paramref name="clip"/> is above 0, and applies an activation function.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Activate(float* y, int count, float clip, RecurrentActivation activation, float alpha, float beta)
    {
        if (clip > 0f)
        {
            ActivationKernels.Apply(y, count, Activation.Clip, -clip, clip);
        }

        var values = new Span<float>(y, count);
        switch (activation)
        {
            case RecurrentActivation.Relu:
                ActivationKernels.Apply(y, count, Activation.Relu, 0f, 0f);
                break;
            case RecurrentActivation.Tanh:
                ActivationKernels.Apply(y, count, Activation.Tanh, 0f, 0f);
                break;
            case RecurrentActivation.Sigmoid:
                ActivationKernels.Apply(y, count, Activation.Sigmoid, 0f, 0f);
                break;
            case RecurrentActivation.Affine:
                Affine(y, count, alpha, beta);
                break;
            case RecurrentActivation.LeakyRelu:
                ActivationKernels.Apply(y, count, Activation.LeakyRelu, alpha, 0f);
                break;
            case RecurrentActivation.ThresholdedRelu:
                Unary.ThresholdedReluF32(values, values, alpha);
                break;
            case RecurrentActivation.ScaledTanh:
                Affine(y, count, beta, 0f);
                ActivationKernels.Apply(y, count, Activation.Tanh, 0f, 0f);
                Affine(y, count, alpha, 0f);
                break;
            case RecurrentActivation.HardSigmoid:
                ActivationKernels.Apply(y, count, Activation.HardSigmoid, alpha, beta);
                break;
            case RecurrentActivation.Elu:
                ActivationKernels.Apply(y, count, Activation.Elu, alpha, 0f);
                break;
            case RecurrentActivation.Softsign:
                Unary.SoftsignF32(values, values);
                break;
            case RecurrentActivation.Softplus:
                Unary.SoftplusF32(values, values);
                break;
            default:
                Throw.OutOfRange(nameof(activation), activation, "The activation function is not known.");
                break;
        }
    }

    /// <summary>y = a * b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Multiply(float* a, float* b, float* y, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            (Vector256.Load(a + i) * Vector256.Load(b + i)).Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] = a[i] * b[i];
        }
    }

    /// <summary>y = y + a * b.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void MultiplyAdd(float* a, float* b, float* y, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            NativeMath.MultiplyAdd(Vector256.Load(a + i), Vector256.Load(b + i), Vector256.Load(y + i)).Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] = NativeMath.MultiplyAdd(a[i], b[i], y[i]);
        }
    }

    /// <summary>y = (1 - weight) * a + weight * y.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Blend(float* weight, float* a, float* y, int count)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            Vector256<float> from = Vector256.Load(a + i);
            NativeMath.MultiplyAdd(Vector256.Load(weight + i), Vector256.Load(y + i) - from, from).Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] = NativeMath.MultiplyAdd(weight[i], y[i] - a[i], a[i]);
        }
    }

    /// <summary>y = alpha * y + beta.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void Affine(float* y, int count, float alpha, float beta)
    {
        int i = 0;
        for (; i + 8 <= count; i += 8)
        {
            NativeMath.MultiplyAdd(Vector256.Load(y + i), Vector256.Create(alpha), Vector256.Create(beta)).Store(y + i);
        }

        for (; i < count; i++)
        {
            y[i] = NativeMath.MultiplyAdd(y[i], alpha, beta);
        }
    }
}
