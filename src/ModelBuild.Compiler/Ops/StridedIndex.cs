namespace ModelBuild.Compiler.Ops;

/// <summary>Walks over all elements of a shape in row-major order and keeps the offsets of strided operands.</summary>
internal sealed class StridedIndex
{
    private readonly long[] _dims;
    private readonly int[][] _strides;
    private readonly long[] _index;
    private readonly long[] _offsets;

    /// <summary>Starts at the first element.</summary>
    /// <param name="dims">The shape.</param>
    /// <param name="strides">Per operand, elements from one index to the next for each axis of the shape; 0 repeats, negative walks back.</param>
    public StridedIndex(ReadOnlySpan<long> dims, params int[][] strides)
    {
        _dims = dims.ToArray();
        _strides = strides;
        _index = new long[_dims.Length];
        _offsets = new long[strides.Length];
    }

    /// <summary>The index along one axis.</summary>
    public long Axis(int axis) => _index[axis];

    /// <summary>Where the element lies in an operand, from its first element on.</summary>
    public int Offset(int operand) => (int)_offsets[operand];

    /// <summary>Goes to the next element; after the last one, back to the first.</summary>
    public void MoveNext()
    {
        for (int axis = _dims.Length - 1; axis >= 0; axis--)
        {
            bool carry = ++_index[axis] == _dims[axis];
            for (int k = 0; k < _strides.Length; k++)
            {
                _offsets[k] += carry ? _strides[k][axis] * (1 - _dims[axis]) : _strides[k][axis];
            }

            if (!carry)
            {
                return;
            }

            _index[axis] = 0;
        }
    }

    /// <summary>The strides of a dense tensor.</summary>
    /// <exception cref="OverflowException">The tensor has more elements than fit 32 bits.</exception>
    public static int[] Dense(ReadOnlySpan<long> dims)
    {
        int[] strides = new int[dims.Length];
        int stride = 1;
        for (int axis = dims.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride = checked((int)(stride * Math.Max(1, dims[axis])));
        }

        return strides;
    }
}
