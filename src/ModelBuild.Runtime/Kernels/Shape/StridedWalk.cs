using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>
/// Walks up to three strided operands over one shape, row by row. Axes of length 1 are dropped and axes that are contiguous in every operand are merged
/// first, so that the innermost row is as long as the strides allow.
/// </summary>
internal ref struct StridedWalk
{
    private const int MaxRank = 16;
    private const int MaxOperands = 3;

    private AxisTable _axes;
    private OperandTable _offsets;
    private OperandTable _lengths;
    private readonly int _rank;

    /// <summary>Prepares the walk.</summary>
    /// <param name="shape">The lengths of the axes, outermost first.</param>
    /// <param name="strides0">The strides of operand 0 in elements, one per axis; negative ones are refused.</param>
    /// <param name="strides1">The same of operand 1, or empty when there is none.</param>
    /// <param name="strides2">The same of operand 2, or empty when there is none.</param>
    /// <param name="operands">The number of operands, 1 to 3.</param>
    /// <exception cref="ArgumentException">A list of strides differs in length from the shape, or the rank is above 16 after merging.</exception>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal StridedWalk(
        ReadOnlySpan<int> shape, ReadOnlySpan<int> strides0, ReadOnlySpan<int> strides1, ReadOnlySpan<int> strides2, int operands)
    {
        Check(shape.Length, strides0.Length, nameof(strides0));
        Check(operands > 1 ? shape.Length : 0, strides1.Length, nameof(strides1));
        Check(operands > 2 ? shape.Length : 0, strides2.Length, nameof(strides2));
        ElementCount = 1;
        _lengths[0] = _lengths[1] = _lengths[2] = 1;
        int rank = 0;
        for (int axis = 0; axis < shape.Length; axis++)
        {
            int length = shape[axis];
            var strides = new Axis
            {
                Length = length,
                Stride0 = strides0[axis],
                Stride1 = operands > 1 ? strides1[axis] : 0,
                Stride2 = operands > 2 ? strides2[axis] : 0,
            };
            if (length < 0 || strides.Stride0 < 0 || strides.Stride1 < 0 || strides.Stride2 < 0)
            {
                Throw.Argument("Lengths and strides must not be negative.", nameof(shape));
            }

            ElementCount = checked(ElementCount * length);
            if (length == 1)
            {
                continue;
            }

            _lengths[0] = checked(_lengths[0] + ((length - 1L) * strides.Stride0));
            _lengths[1] = checked(_lengths[1] + ((length - 1L) * strides.Stride1));
            _lengths[2] = checked(_lengths[2] + ((length - 1L) * strides.Stride2));
            if (rank > 0 && Merges(_axes[rank - 1], strides))
            {
                strides.Length = checked(strides.Length * _axes[rank - 1].Length);
                _axes[rank - 1] = strides;
                continue;
            }

            if (rank == MaxRank)
            {
                Throw.Argument("More than 16 axes remain after merging.", nameof(shape));
            }

            _axes[rank++] = strides;
        }

        if (rank == 0)
        {
            _axes[0] = new Axis { Length = 1 };
            rank = 1;
        }

        _rank = rank;
    }

    /// <summary>The number of elements of the shape.</summary>
    internal long ElementCount { get; }

    /// <summary>The length of the innermost row.</summary>
    internal readonly int InnerLength => _axes[_rank - 1].Length;

    /// <summary>The number of elements that an operand must hold (1 + its largest offset).</summary>
    internal readonly long RequiredLength(int operand) => _lengths[operand];

    /// <summary>The stride of an operand along the innermost row.</summary>
    internal readonly int InnerStride(int operand) => Stride(_axes[_rank - 1], operand);

    /// <summary>The offset of an operand's current row.</summary>
    internal readonly nint Offset(int operand) => (nint)_offsets[operand];

    /// <summary>The number of rows from here on through which one operand is contiguous and another repeats its row; 1 where it does not.</summary>
    internal readonly int Repeats(int contiguous, int repeated) =>
        _rank > 1 && Stride(_axes[_rank - 2], contiguous) == InnerLength && Stride(_axes[_rank - 2], repeated) == 0 ? _axes[_rank - 2].Length : 1;

    /// <summary>Goes to the next row; false after the last one.</summary>
    internal bool MoveNext() => Advance(_rank - 2);

    /// <summary>Goes to the first row behind those of <see cref="Repeats"/>, if they are more than one; false after the last one.</summary>
    internal bool MovePastRepeats() => Advance(_rank - 3);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private bool Advance(int innermost)
    {
        for (int axis = innermost; axis >= 0; axis--)
        {
            ref Axis current = ref _axes[axis];
            _offsets[0] += current.Stride0;
            _offsets[1] += current.Stride1;
            _offsets[2] += current.Stride2;
            if (++current.Index < current.Length)
            {
                return true;
            }

            _offsets[0] -= (long)current.Stride0 * current.Length;
            _offsets[1] -= (long)current.Stride1 * current.Length;
            _offsets[2] -= (long)current.Stride2 * current.Length;
            current.Index = 0;
        }

        return false;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static int Stride(Axis axis, int operand) => operand switch
    {
        0 => axis.Stride0,
        1 => axis.Stride1,
        _ => axis.Stride2,
    };

    private static bool Merges(Axis outer, Axis inner) =>
        outer.Stride0 == (long)inner.Stride0 * inner.Length
        && outer.Stride1 == (long)inner.Stride1 * inner.Length
        && outer.Stride2 == (long)inner.Stride2 * inner.Length;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Check(int rank, int strides, string name)
    {
        if (rank != strides)
        {
            Throw.Argument("There must be one stride for every axis.", name);
        }
    }

    private struct Axis
    {
        public int Length;
        public int Stride0;
        public int Stride1;
        public int Stride2;
        public int Index;
    }

    [InlineArray(MaxRank)]
    private struct AxisTable
    {
        private Axis _first;
    }

    [InlineArray(MaxOperands)]
    private struct OperandTable
    {
        private long _first;
    }
}
