namespace ModelBuild.Kernels;

/// <summary>Walks the rows of a <see cref="DotProblem"/> in output order.</summary>
internal unsafe struct DotRowCursor
{
    private int _column;
    private int _line;
    private int _image;

    /// <summary>Writes the addresses of the next <paramref name="count"/> rows.</summary>
    internal void Take(DotProblem* problem, byte** rows, int count)
    {
        nint step = problem->ColumnStep;
        for (byte** end = rows + count; rows < end;)
        {
            byte* row = Address(problem);
            int ofLine = (int)Math.Min(problem->Width - _column, end - rows);
            for (byte** lineEnd = rows + ofLine; rows < lineEnd; rows++, row += step)
            {
                *rows = row;
            }

            _column += ofLine;
            if (_column == problem->Width)
            {
                _column = 0;
                if (++_line == problem->Height)
                {
                    _line = 0;
                    _image++;
                }
            }
        }
    }

    private readonly byte* Address(DotProblem* problem) =>
        problem->X + (_image * problem->ImageStep) + (_line * problem->LineStep) + (_column * problem->ColumnStep);
}
