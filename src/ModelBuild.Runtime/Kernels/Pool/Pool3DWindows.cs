using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>Walks over the windows of a pool over three spatial axes, and over the elements of each that lie inside of the input.</summary>
internal ref struct Pool3DWindows
{
    private readonly int _batch;
    private readonly int _channels;
    private readonly ReadOnlySpan<int> _input;
    private readonly ReadOnlySpan<int> _output;
    private readonly ReadOnlySpan<int> _kernel;
    private readonly ReadOnlySpan<int> _strides;
    private readonly ReadOnlySpan<int> _pads;
    private readonly ReadOnlySpan<int> _dilations;
    private int _window = -1;
    private int _element;
    private PoolWindow _depth;
    private PoolWindow _rows;
    private PoolWindow _columns;

    /// <summary>Starts before the first window.</summary>
    /// <exception cref="ArgumentException">A list of sizes or an operand is too short, or a size is out of range.</exception>
    internal Pool3DWindows(
        int xLength, int yLength, int batch, int channels, ReadOnlySpan<int> input, ReadOnlySpan<int> output, ReadOnlySpan<int> kernel, ReadOnlySpan<int> strides, ReadOnlySpan<int> pads,
        ReadOnlySpan<int> dilations)
    {
        Throw.IfShorter(pads.Length, 6, nameof(pads));
        for (int axis = 0; axis < 3; axis++)
        {
            Throw.IfBelow(input[axis], 1, nameof(input));
            Throw.IfBelow(output[axis], 0, nameof(output));
            Throw.IfBelow(kernel[axis], 1, nameof(kernel));
            Throw.IfBelow(strides[axis], 1, nameof(strides));
            Throw.IfBelow(dilations[axis], 1, nameof(dilations));
        }

        Throw.IfShorter(xLength, (long)batch * input[0] * input[1] * input[2] * channels, "x");
        ResultLength = checked(batch * output[0] * output[1] * output[2] * channels);
        Throw.IfShorter(yLength, ResultLength, "y");
        _batch = batch;
        _channels = channels;
        _input = input;
        _output = output;
        _kernel = kernel;
        _strides = strides;
        _pads = pads;
        _dilations = dilations;
    }

    /// <summary>The elements of the result.</summary>
    internal int ResultLength { get; }

    /// <summary>Where the window's result lies.</summary>
    internal readonly int Result => _window * _channels;

    /// <summary>Where the first channel of the window's element lies.</summary>
    internal int Element { get; private set; }

    /// <summary>The elements of the window that lie inside of the input.</summary>
    internal readonly int Count => _depth.Count * _rows.Count * _columns.Count;

    /// <summary>The elements of the window that lie inside of the padded input.</summary>
    internal readonly int PaddedCount
    {
        get
        {
            int rest = _window;
            int count = 1;
            for (int axis = 2; axis >= 0; axis--)
            {
                count *= PoolWindow.PaddedCount(rest % _output[axis], _kernel[axis], _strides[axis], _pads[axis], _pads[axis + 3], _dilations[axis], _input[axis]);
                rest /= _output[axis];
            }

            return count;
        }
    }

    /// <summary>Goes to the next window; false behind the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool MoveNext()
    {
        if (++_window >= _batch * _output[0] * _output[1] * _output[2])
        {
            return false;
        }

        _columns = Along(2, _window % _output[2]);
        _rows = Along(1, _window / _output[2] % _output[1]);
        _depth = Along(0, _window / (_output[2] * _output[1]) % _output[0]);
        _element = 0;
        return true;
    }

    /// <summary>Goes back before the window's first element.</summary>
    internal void Restart() => _element = 0;

    /// <summary>Goes to the window's next element; false behind the last.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal bool MoveNextElement()
    {
        if (_element >= Count)
        {
            return false;
        }

        int column = _columns.Start + (_element % _columns.Count * _dilations[2]);
        int row = _rows.Start + (_element / _columns.Count % _rows.Count * _dilations[1]);
        int plane = _depth.Start + (_element / (_columns.Count * _rows.Count) * _dilations[0]);
        int image = _window / (_output[2] * _output[1] * _output[0]);
        Element = ((((((image * _input[0]) + plane) * _input[1]) + row) * _input[2]) + column) * _channels;
        _element++;
        return true;
    }

    private readonly PoolWindow Along(int axis, int index) => new(index, _kernel[axis], _strides[axis], _pads[axis], _dilations[axis], _input[axis]);
}
